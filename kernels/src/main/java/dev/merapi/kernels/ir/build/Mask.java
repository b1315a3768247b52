package dev.merapi.kernels.ir.build;

import dev.merapi.kernels.ir.Lane;
import dev.merapi.kernels.ir.MaskOp;
import dev.merapi.kernels.ir.MaskTest;
import dev.merapi.kernels.ir.MaskType;
import dev.merapi.kernels.ir.Pure.MaskLogic;
import dev.merapi.kernels.ir.Pure.Select;
import dev.merapi.kernels.ir.Pure.TestMask;
import dev.merapi.kernels.ir.Value;
import dev.merapi.kernels.ir.Word;
import java.util.List;
import java.util.OptionalLong;

/// A truth value for each lane.
public record Mask(RoutineBuilder builder, Value value) implements Handle {
  public Mask named(String name) {
    builder.name(value, name);
    return this;
  }

  public int count() {
    return value.count();
  }

  /// Whether all lanes are known to be on.
  public boolean isAll() {
    OptionalLong bits = builder.constant(value);
    return bits.isPresent() && bits.getAsLong() == new MaskType(count()).all();
  }

  public Mask and(Mask other) {
    if (isAll() || other.isAll()) {
      return isAll() ? other : this;
    }
    return apply(MaskOp.AND, value, other.value);
  }

  public Mask or(Mask other) {
    return apply(MaskOp.OR, value, other.value);
  }

  public Mask xor(Mask other) {
    return apply(MaskOp.XOR, value, other.value);
  }

  /// `this & ~other`.
  public Mask andNot(Mask other) {
    return apply(MaskOp.ANDNOT, value, other.value);
  }

  public Mask not() {
    return apply(MaskOp.NOT, value);
  }

  private Mask apply(MaskOp op, Value... operands) {
    List<Value> list = List.of(operands);
    return new Mask(builder, builder.pure(value.type(), out -> new MaskLogic(out, op, list)));
  }

  /// The lanes of `yes` where this is on, of `no` elsewhere.
  public Vec select(Vec yes, Vec no) {
    if (isAll()) {
      return yes;
    }
    return new Vec(
        builder, builder.pure(yes.type(), out -> new Select(out, value, yes.value(), no.value())));
  }

  /// 1 where this is on, 0 elsewhere.
  public Vec toInts() {
    Vec one = builder.integers(Lane.I32, count(), 1);
    return select(one, builder.integers(Lane.I32, count(), 0));
  }

  /// Whether any lane is on.
  public Cond any() {
    return test(MaskTest.ANY);
  }

  /// Whether all lanes are on.
  public Cond all() {
    return test(MaskTest.ALL);
  }

  /// Whether lane 0 is on.
  public Cond first() {
    return test(MaskTest.FIRST);
  }

  private Cond test(MaskTest test) {
    return new Cond(builder, builder.pure(Word.CONDITION, out -> new TestMask(out, test, value)));
  }
}
