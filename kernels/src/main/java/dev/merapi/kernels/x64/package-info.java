/// An assembler for x86-64 with AVX2 and AVX-512.
///
/// [Instruction] is the table of encodings; everything else reads it: [Assembler] writes machine
/// code, [IntelSyntax] prints it. The package decides nothing: which instructions, registers and
/// frames to use is the business of its callers.
@org.jspecify.annotations.NullMarked
package dev.merapi.kernels.x64;
