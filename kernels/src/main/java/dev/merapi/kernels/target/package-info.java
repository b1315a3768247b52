/// What kernels are made for: [Targets] has the choice, [MachineTarget] makes machine code of
/// routines and shares it.
@org.jspecify.annotations.NullMarked
package dev.merapi.kernels.target;
