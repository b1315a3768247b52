package dev.merapi.kernels.machine;

import static dev.merapi.kernels.x64.Gpr.R12;
import static dev.merapi.kernels.x64.Gpr.R13;
import static dev.merapi.kernels.x64.Gpr.R14;
import static dev.merapi.kernels.x64.Gpr.R15;
import static dev.merapi.kernels.x64.Gpr.R8;
import static dev.merapi.kernels.x64.Gpr.R9;
import static dev.merapi.kernels.x64.Gpr.RBP;
import static dev.merapi.kernels.x64.Gpr.RBX;
import static dev.merapi.kernels.x64.Gpr.RCX;
import static dev.merapi.kernels.x64.Gpr.RDI;
import static dev.merapi.kernels.x64.Gpr.RDX;
import static dev.merapi.kernels.x64.Gpr.RSI;

import dev.merapi.kernels.x64.Gpr;
import java.util.List;

/// How a system's functions are called.
public enum CallingConvention {
  /// Linux and macOS.
  SYSTEM_V(
      List.of(RDI, RSI, RDX, RCX, R8, R9), List.of(RBX, RBP, R12, R13, R14, R15), 32, 32, 0, false),
  WINDOWS(
      List.of(RCX, RDX, R8, R9), List.of(RBX, RBP, RDI, RSI, R12, R13, R14, R15), 6, 16, 32, true);

  private static final int MOST_ARGUMENTS = 6;

  private final List<Gpr> arguments;
  private final List<Gpr> preserved;
  private final int firstPreservedVector;
  private final int firstFreeVector;
  private final int shadowBytes;
  private final boolean probesStack;

  CallingConvention(
      List<Gpr> arguments,
      List<Gpr> preserved,
      int firstPreservedVector,
      int firstFreeVector,
      int shadowBytes,
      boolean probesStack) {
    this.arguments = arguments;
    this.preserved = preserved;
    this.firstPreservedVector = firstPreservedVector;
    this.firstFreeVector = firstFreeVector;
    this.shadowBytes = shadowBytes;
    this.probesStack = probesStack;
  }

  /// That of this system.
  public static CallingConvention host() {
    return PageSystem.host().filter(s -> s == PageSystem.WINDOWS).isPresent() ? WINDOWS : SYSTEM_V;
  }

  /// The registers of the first arguments; the others lie on the stack.
  public List<Gpr> arguments() {
    return arguments;
  }

  /// The general registers, beside `rsp`, that a function leaves as they were.
  public List<Gpr> preserved() {
    return preserved;
  }

  /// Whether a function leaves the lower 128 bits of a vector register as they were. Their upper
  /// parts and all masks are anybody's.
  public boolean preservesVector(int number) {
    return number >= firstPreservedVector && number < firstFreeVector;
  }

  /// Whether there are vector registers that a function preserves.
  public boolean preservesVectors() {
    return firstPreservedVector < firstFreeVector;
  }

  /// What a caller leaves free on the stack, below the return address, for the function it calls.
  public int shadowBytes() {
    return shadowBytes;
  }

  /// The shadow, and what arguments there are beyond the registers, of functions of up to six.
  public int outgoingBytes() {
    return shadowBytes + Long.BYTES * (MOST_ARGUMENTS - arguments.size());
  }

  /// Whether the pages of the stack must be touched one after the other.
  public boolean probesStack() {
    return probesStack;
  }
}
