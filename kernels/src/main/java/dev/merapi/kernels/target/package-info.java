/// What kernels are made for: [Targets] has the choice, [MachineTarget] makes machine code of
/// routines, [BytecodeTarget] Java classes. A plan makes its kernels by way of [PlanKernels].
@org.jspecify.annotations.NullMarked
package dev.merapi.kernels.target;
