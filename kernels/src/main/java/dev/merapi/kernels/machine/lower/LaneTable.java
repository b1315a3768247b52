package dev.merapi.kernels.machine.lower;

import static dev.merapi.kernels.x64.Instruction.*;

import dev.merapi.kernels.ir.Lane;
import dev.merapi.kernels.ir.LaneOp;
import dev.merapi.kernels.x64.Instruction;
import org.jspecify.annotations.Nullable;

/// The instructions that do an operation on lanes alone, for each type of lanes.
final class LaneTable {
  private static final int LANES = 4;

  /// A row: on vectors of `f32`, `f64`, `i32`, `i64`, then the same on one lane. Missing ones are
  /// null: they take a sequence.
  private static final Instruction[][] WIDE = new Instruction[LaneOp.values().length][];

  private static final Instruction[][] NARROW = new Instruction[LaneOp.values().length][];

  private LaneTable() {}

  static {
    both(LaneOp.ADD, VADDPS, VADDPD, VPADDD, VPADDQ, VADDSS, VADDSD);
    both(LaneOp.SUB, VSUBPS, VSUBPD, VPSUBD, VPSUBQ, VSUBSS, VSUBSD);
    row(WIDE, LaneOp.MUL, VMULPS, VMULPD, VPMULLD, VPMULLQ, VMULSS, VMULSD);
    row(NARROW, LaneOp.MUL, VMULPS, VMULPD, VPMULLD, null, VMULSS, VMULSD);
    both(LaneOp.DIV, VDIVPS, VDIVPD, null, null, VDIVSS, VDIVSD);
    both(LaneOp.SQRT, VSQRTPS, VSQRTPD, null, null, null, null);
    row(WIDE, LaneOp.MIN, VMINPS, VMINPD, VPMINSD, VPMINSQ, VMINSS, VMINSD);
    row(NARROW, LaneOp.MIN, VMINPS, VMINPD, VPMINSD, null, VMINSS, VMINSD);
    row(WIDE, LaneOp.MAX, VMAXPS, VMAXPD, VPMAXSD, VPMAXSQ, VMAXSS, VMAXSD);
    row(NARROW, LaneOp.MAX, VMAXPS, VMAXPD, VPMAXSD, null, VMAXSS, VMAXSD);
    row(WIDE, LaneOp.ABS, null, null, VPABSD, VPABSQ, null, null);
    row(NARROW, LaneOp.ABS, null, null, VPABSD, null, null, null);
    row(WIDE, LaneOp.AND, null, null, VPANDD, VPANDQ, null, null);
    row(NARROW, LaneOp.AND, null, null, VPAND, VPAND, null, null);
    row(WIDE, LaneOp.OR, null, null, VPORD, VPORQ, null, null);
    row(NARROW, LaneOp.OR, null, null, VPOR, VPOR, null, null);
    row(WIDE, LaneOp.XOR, null, null, VPXORD, VPXORQ, null, null);
    row(NARROW, LaneOp.XOR, null, null, VPXOR, VPXOR, null, null);
    both(LaneOp.SHL, null, null, VPSLLVD, VPSLLVQ, null, null);
    both(LaneOp.USHR, null, null, VPSRLVD, VPSRLVQ, null, null);
    row(WIDE, LaneOp.SHR, null, null, VPSRAVD, VPSRAVQ, null, null);
    row(NARROW, LaneOp.SHR, null, null, VPSRAVD, null, null, null);
  }

  private static void both(LaneOp op, @Nullable Instruction... row) {
    row(WIDE, op, row);
    row(NARROW, op, row);
  }

  @SuppressWarnings("NullAway") // of arrays, it takes the elements to be there
  private static void row(Instruction[][] table, LaneOp op, @Nullable Instruction... row) {
    table[op.ordinal()] = row;
  }

  /// The instruction on vectors; null if there is none.
  static @Nullable Instruction vector(Target target, LaneOp op, Lane lane) {
    return find(target, op, lane.ordinal());
  }

  /// The instruction on one lane, which reads one lane of memory; null if there is none.
  static @Nullable Instruction scalar(Target target, LaneOp op, Lane lane) {
    return lane.isFloat() ? find(target, op, LANES + lane.ordinal()) : null;
  }

  private static @Nullable Instruction find(Target target, LaneOp op, int column) {
    Instruction[] row = (target.isWide() ? WIDE : NARROW)[op.ordinal()];
    return row == null ? null : row[column];
  }

  /// A fused multiply-add. By what the numbers of its name say, it computes `d = d * c + b`, `d = b
  /// * d + c` or `d = b * c + d` of its operands `d, b, c`.
  static Instruction fma(int order, Lane lane, boolean isScalar) {
    boolean isDouble = lane == Lane.F64;
    return switch (order) {
      case 132 ->
          isScalar ? isDouble ? VFMADD132SD : VFMADD132SS : isDouble ? VFMADD132PD : VFMADD132PS;
      case 213 ->
          isScalar ? isDouble ? VFMADD213SD : VFMADD213SS : isDouble ? VFMADD213PD : VFMADD213PS;
      default ->
          isScalar ? isDouble ? VFMADD231SD : VFMADD231SS : isDouble ? VFMADD231PD : VFMADD231PS;
    };
  }
}
