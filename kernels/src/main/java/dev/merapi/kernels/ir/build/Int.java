package dev.merapi.kernels.ir.build;

import dev.merapi.kernels.ir.Comparison;
import dev.merapi.kernels.ir.IntOp;
import dev.merapi.kernels.ir.Lane;
import dev.merapi.kernels.ir.MaskType;
import dev.merapi.kernels.ir.Pure.IntCompare;
import dev.merapi.kernels.ir.Pure.MaskBelow;
import dev.merapi.kernels.ir.Pure.Splat;
import dev.merapi.kernels.ir.Value;
import dev.merapi.kernels.ir.VectorType;
import dev.merapi.kernels.ir.Word;
import java.util.OptionalLong;

/// A 64-bit integer. Results of constants are constants.
public record Int(RoutineBuilder builder, Value value) implements Handle {
  public Int named(String name) {
    builder.name(value, name);
    return this;
  }

  /// The value, if it is a constant.
  public OptionalLong constant() {
    return builder.constant(value);
  }

  public Int plus(Int other) {
    return apply(IntOp.ADD, other);
  }

  public Int plus(long other) {
    return plus(builder.constant(other));
  }

  public Int minus(Int other) {
    return apply(IntOp.SUB, other);
  }

  public Int minus(long other) {
    return plus(-other);
  }

  public Int times(Int other) {
    return apply(IntOp.MUL, other);
  }

  public Int times(long other) {
    return times(builder.constant(other));
  }

  public Int min(Int other) {
    return apply(IntOp.MIN, other);
  }

  public Int max(Int other) {
    return apply(IntOp.MAX, other);
  }

  public Int and(long other) {
    return apply(IntOp.AND, builder.constant(other));
  }

  public Int shl(long distance) {
    return apply(IntOp.SHL, builder.constant(distance));
  }

  public Int shr(long distance) {
    return apply(IntOp.SHR, builder.constant(distance));
  }

  public Int ushr(long distance) {
    return apply(IntOp.USHR, builder.constant(distance));
  }

  /// The bits `from` to `from + bits` as a number from 0 on: a field of a packed argument.
  public Int field(int from, int bits) {
    return ushr(from).and(-1L >>> (Long.SIZE - bits));
  }

  /// Any operation.
  public Int apply(IntOp op, Int other) {
    return new Int(builder, builder.integers().apply(op, value, other.value));
  }

  public Cond lessThan(Int other) {
    return compare(Comparison.LT, other);
  }

  public Cond lessThan(long other) {
    return lessThan(builder.constant(other));
  }

  public Cond equalTo(long other) {
    return compare(Comparison.EQ, builder.constant(other));
  }

  /// Any comparison.
  public Cond compare(Comparison comparison, Int other) {
    OptionalLong a = constant();
    OptionalLong b = other.constant();
    if (a.isPresent() && b.isPresent()) {
      return builder.condition(comparison.test(a.getAsLong(), b.getAsLong()));
    }
    Value result =
        builder.pure(Word.CONDITION, out -> new IntCompare(out, comparison, value, other.value));
    return new Cond(builder, result);
  }

  /// The mask of the lanes below this integer.
  public Mask maskBelow(int count) {
    MaskType type = new MaskType(count);
    OptionalLong limit = constant();
    if (limit.isPresent()) {
      long lanes = Math.clamp(limit.getAsLong(), 0, count);
      return builder.mask(count, lanes == 0 ? 0 : -1L >>> (Long.SIZE - lanes));
    }
    return new Mask(builder, builder.pure(type, out -> new MaskBelow(out, value)));
  }

  /// This integer, wrapped, in all lanes of an integer vector.
  public Vec splat(Lane lane, int count) {
    OptionalLong known = constant();
    if (known.isPresent() && !lane.isFloat()) {
      return builder.integers(lane, count, known.getAsLong());
    }
    VectorType type = new VectorType(lane, count);
    return new Vec(builder, builder.pure(type, out -> new Splat(out, value)));
  }
}
