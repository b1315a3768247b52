/// From a routine of the kernel IR to x86-64 machine code.
///
/// [MachineCompiler] is the way in. *Selection* turns the values of the routine into virtual
/// registers ([Reg]) and its instructions into a list of [Step]s, one for each instruction of the
/// processor ([Lir]). [Liveness] finds where registers are needed, [Coalescing] makes one register
/// of those that are only copied, [LinearScan] gives them places, [Spilling] rewrites the steps
/// around those that got none, and [Emission] writes the code.
@org.jspecify.annotations.NullMarked
package dev.merapi.kernels.machine.lower;
