package dev.merapi.kernels.x64;

/// What an instruction works on. [Object#toString()] gives Intel's syntax.
public sealed interface Operand permits Gpr, Vec, KReg, Mem, Imm, Masked, Label {}
