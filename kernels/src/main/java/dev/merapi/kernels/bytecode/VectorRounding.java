package dev.merapi.kernels.bytecode;

import dev.merapi.kernels.ir.Lane;
import dev.merapi.kernels.ir.LaneOp;
import dev.merapi.kernels.ir.Value;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;

/// Roundings to integers, for which the Vector API has no operations.
///
/// What a large number plus the magnitude loses is the fraction, rounded to nearest, ties to even;
/// floor, ceil and trunc correct it by one. What has no fraction, infinities and NaN stay. The sign
/// is the operand's, of a zero too.
record VectorRounding(CodeBuilder code, VectorValues values) {
  void emit(LaneOp op, Lane lane, Value operand, int chunk) {
    Chunks chunks = values.chunks(operand);
    int magnitude = code.allocateLocal(TypeKind.REFERENCE);
    int rounded = code.allocateLocal(TypeKind.REFERENCE);
    long limit =
        lane == Lane.F32 ? Float.floatToRawIntBits(0x1p23f) : Double.doubleToRawLongBits(0x1p52);
    long one = lane == Lane.F32 ? Float.floatToRawIntBits(1) : Double.doubleToRawLongBits(1);

    values.push(operand, chunk);
    Api.unary(code, lane, "abs");
    code.astore(magnitude);
    code.aload(magnitude);
    Api.constant(code, chunks, limit);
    Api.binary(code, lane, "add");
    Api.constant(code, chunks, limit);
    Api.binary(code, lane, "sub");
    code.astore(rounded);

    if (op == LaneOp.TRUNC) {
      correct(lane, rounded, magnitude, "GT", "sub", chunks, one);
    }
    sign(lane, rounded, operand, chunk, chunks);
    if (op == LaneOp.FLOOR || op == LaneOp.CEIL) {
      int given = code.allocateLocal(TypeKind.REFERENCE);
      values.push(operand, chunk);
      code.astore(given);
      boolean floor = op == LaneOp.FLOOR;
      correct(lane, rounded, given, floor ? "GT" : "LT", floor ? "sub" : "add", chunks, one);
      sign(lane, rounded, operand, chunk, chunks); // of a zero that a correction made
    }

    values.push(operand, chunk);
    code.aload(rounded);
    code.aload(magnitude);
    Api.operator(code, "LT", "Comparison");
    Api.constant(code, chunks, limit);
    Api.compare(code, lane);
    Api.blend(code, lane);
  }

  /// Adds or subtracts one where the rounded number is on the wrong side.
  private void correct(
      Lane lane, int rounded, int given, String side, String by, Chunks chunks, long one) {
    code.aload(rounded);
    code.aload(rounded);
    Api.constant(code, chunks, one);
    Api.binary(code, lane, by);
    code.aload(rounded);
    Api.operator(code, side, "Comparison");
    code.aload(given);
    Api.compare(code, lane);
    Api.blend(code, lane);
    code.astore(rounded);
  }

  /// Gives the rounded number the sign of the operand.
  private void sign(Lane lane, int rounded, Value operand, int chunk, Chunks chunks) {
    Lane bits = lane.reinterpreted();
    Chunks integers = new Chunks(bits, chunks.lanes(), chunks.count());
    String toBits = lane == Lane.F32 ? "reinterpretAsInts" : "reinterpretAsLongs";
    String back = lane == Lane.F32 ? "reinterpretAsFloats" : "reinterpretAsDoubles";
    long signBit = lane == Lane.F32 ? Integer.MIN_VALUE : Long.MIN_VALUE;
    code.aload(rounded);
    Api.unary(code, lane, "abs");
    Api.call(code, Api.vector(lane), toBits, Api.vector(bits));
    Api.operator(code, "OR", "Associative");
    values.push(operand, chunk);
    Api.call(code, Api.vector(lane), toBits, Api.vector(bits));
    Api.operator(code, "AND", "Associative");
    Api.constant(code, integers, signBit);
    Api.lanewise(code, bits, Api.VECTOR);
    Api.lanewise(code, bits, Api.VECTOR);
    Api.call(code, Api.vector(bits), back, Api.vector(lane));
    code.astore(rounded);
  }
}
