package dev.merapi.kernels.ir.build;

import dev.merapi.kernels.ir.Comparison;
import dev.merapi.kernels.ir.Lane;
import dev.merapi.kernels.ir.LaneOp;
import dev.merapi.kernels.ir.MaskType;
import dev.merapi.kernels.ir.Permutation;
import dev.merapi.kernels.ir.Pure;
import dev.merapi.kernels.ir.Pure.Compare;
import dev.merapi.kernels.ir.Pure.Concat;
import dev.merapi.kernels.ir.Pure.Convert;
import dev.merapi.kernels.ir.Pure.Lanewise;
import dev.merapi.kernels.ir.Pure.Permute;
import dev.merapi.kernels.ir.Pure.Reinterpret;
import dev.merapi.kernels.ir.Pure.Shift;
import dev.merapi.kernels.ir.Pure.Slice;
import dev.merapi.kernels.ir.Pure.Splat;
import dev.merapi.kernels.ir.Pure.ToInteger;
import dev.merapi.kernels.ir.Type;
import dev.merapi.kernels.ir.Value;
import dev.merapi.kernels.ir.VectorType;
import dev.merapi.kernels.ir.Word;
import java.util.List;
import java.util.function.Function;

/// A vector. What its operators mean to the last bit is said by [LaneOp].
public record Vec(RoutineBuilder builder, Value value) implements Handle {
  public Vec named(String name) {
    builder.name(value, name);
    return this;
  }

  public VectorType type() {
    return value.vector();
  }

  public Lane lane() {
    return type().lane();
  }

  public int count() {
    return type().count();
  }

  /// A constant of this type in all lanes.
  public Vec constant(double number) {
    return builder.vector(type(), number);
  }

  // Arithmetic

  public Vec plus(Vec other) {
    return apply(LaneOp.ADD, other);
  }

  public Vec plus(double other) {
    return plus(constant(other));
  }

  public Vec minus(Vec other) {
    return apply(LaneOp.SUB, other);
  }

  public Vec minus(double other) {
    return minus(constant(other));
  }

  public Vec times(Vec other) {
    return apply(LaneOp.MUL, other);
  }

  public Vec times(double other) {
    return times(constant(other));
  }

  public Vec over(Vec other) {
    return apply(LaneOp.DIV, other);
  }

  /// `this * factor + addend`, rounded once.
  public Vec fma(Vec factor, Vec addend) {
    return apply(LaneOp.FMA, factor, addend);
  }

  public Vec sqrt() {
    return apply(LaneOp.SQRT);
  }

  public Vec abs() {
    return apply(LaneOp.ABS);
  }

  public Vec negate() {
    return apply(LaneOp.NEG);
  }

  /// `this < other ? this : other`.
  public Vec min(Vec other) {
    return apply(LaneOp.MIN, other);
  }

  /// `this > other ? this : other`.
  public Vec max(Vec other) {
    return apply(LaneOp.MAX, other);
  }

  public Vec floor() {
    return apply(LaneOp.FLOOR);
  }

  public Vec ceil() {
    return apply(LaneOp.CEIL);
  }

  public Vec round() {
    return apply(LaneOp.ROUND);
  }

  public Vec trunc() {
    return apply(LaneOp.TRUNC);
  }

  // Bits

  public Vec and(Vec other) {
    return apply(LaneOp.AND, other);
  }

  public Vec or(Vec other) {
    return apply(LaneOp.OR, other);
  }

  public Vec xor(Vec other) {
    return apply(LaneOp.XOR, other);
  }

  public Vec not() {
    return apply(LaneOp.NOT);
  }

  public Vec shl(int distance) {
    return shift(LaneOp.SHL, distance);
  }

  public Vec shr(int distance) {
    return shift(LaneOp.SHR, distance);
  }

  public Vec ushr(int distance) {
    return shift(LaneOp.USHR, distance);
  }

  /// A shift of all lanes, by the low bits of a distance.
  public Vec shift(LaneOp op, int distance) {
    int low = distance & (lane().bits() - 1);
    return make(type(), out -> new Shift(out, op, value, low));
  }

  /// Any operation on lanes; this is the first operand.
  public Vec apply(LaneOp op, Vec... others) {
    Value[] operands = new Value[others.length + 1];
    operands[0] = value;
    for (int i = 0; i < others.length; i++) {
      operands[i + 1] = others[i].value;
    }
    List<Value> list = List.of(operands);
    return make(type(), out -> new Lanewise(out, op, list));
  }

  // Comparisons

  public Mask lessThan(Vec other) {
    return compare(Comparison.LT, other);
  }

  public Mask atMost(Vec other) {
    return compare(Comparison.LE, other);
  }

  public Mask equalTo(Vec other) {
    return compare(Comparison.EQ, other);
  }

  public Mask differsFrom(Vec other) {
    return compare(Comparison.NE, other);
  }

  public Mask compare(Comparison comparison, Vec other) {
    return new Mask(
        builder,
        builder.pure(
            new MaskType(count()), out -> new Compare(out, comparison, value, other.value)));
  }

  // Conversions

  /// The same numbers as lanes of another type, as Java casts them.
  public Vec to(Lane lane) {
    return lane == lane()
        ? this
        : make(new VectorType(lane, count()), out -> new Convert(out, value));
  }

  /// The same bits as lanes of the other kind, float or integer.
  public Vec bits() {
    VectorType type = new VectorType(lane().reinterpreted(), count());
    return make(type, out -> new Reinterpret(out, value));
  }

  /// The integer in a vector of one integer lane.
  public Int toInt() {
    return new Int(builder, builder.pure(Word.INTEGER, out -> new ToInteger(out, value)));
  }

  // Lanes

  /// A vector whose lanes are all this one's only lane.
  public Vec splat(int count) {
    return count == 1 ? this : make(type().withCount(count), out -> new Splat(out, value));
  }

  /// One lane, as a vector of it alone.
  public Vec lane(int number) {
    return slice(number, 1);
  }

  /// So many lanes from a multiple of that number on.
  public Vec slice(int from, int count) {
    return count == count()
        ? this
        : make(type().withCount(count), out -> new Slice(out, value, from));
  }

  /// The lanes of this vector, then those of another.
  public Vec concat(Vec high) {
    return make(type().withCount(2 * count()), out -> new Concat(out, value, high.value));
  }

  /// Lane `i` is lane `i ^ distance`.
  public Vec swap(int distance) {
    return make(type(), out -> new Permute(out, Permutation.SWAP, value, distance));
  }

  /// The halves interleaved.
  public Vec zip() {
    return make(type(), out -> new Permute(out, Permutation.ZIP, value, 0));
  }

  /// The even lanes, then the odd ones.
  public Vec unzip() {
    return make(type(), out -> new Permute(out, Permutation.UNZIP, value, 0));
  }

  private Vec make(Type type, Function<Value, Pure> instruction) {
    return new Vec(builder, builder.pure(type, instruction));
  }
}
