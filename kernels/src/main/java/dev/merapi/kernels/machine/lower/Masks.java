package dev.merapi.kernels.machine.lower;

import dev.merapi.kernels.ir.Comparison;
import dev.merapi.kernels.ir.MaskType;
import dev.merapi.kernels.ir.Pure.Compare;
import dev.merapi.kernels.ir.Pure.MaskBelow;
import dev.merapi.kernels.ir.Pure.MaskLogic;
import dev.merapi.kernels.ir.Pure.Select;
import dev.merapi.kernels.ir.Pure.TestMask;
import dev.merapi.kernels.ir.Value;

/// Masks, which each level keeps in its own way.
abstract class Masks {
  final Values values;
  final Target target;
  final Lir lir;

  Masks(Values values) {
    this.values = values;
    this.target = values.target;
    this.lir = values.lir;
  }

  abstract void compare(Compare compare);

  abstract void logic(MaskLogic logic);

  abstract void below(MaskBelow below, Words words);

  abstract void select(Select select);

  /// Jumps if a test fails.
  abstract void jumpUnless(TestMask test, Mark to);

  /// The registers of a mask, in the form in which another mask is kept.
  abstract Reg[] like(Value mask, Value other);

  /// New registers for a mask.
  abstract Reg[] fresh(Value mask);

  /// Keeps a value and another, which will have the same registers, in one form.
  abstract void join(Value mask, Value result);

  /// The register of a mask for a part of a vector of the same count.
  abstract Reg of(Value mask, int part, int laneBits);

  /// What a constant mask is in a part, in the form in which another mask is kept.
  abstract Literal literal(long bits, Value like, int part);

  /// The bits of the lanes of one register.
  static long all(int lanes) {
    return new MaskType(lanes).all();
  }

  /// Predicates of `vcmpps` that raise no flag for a NaN that is quiet.
  static int floatPredicate(Comparison comparison) {
    return switch (comparison) {
      case LT -> 0x11;
      case LE -> 0x12;
      case EQ -> 0x00;
      case NE -> 0x04;
      case GE -> 0x1d;
      case GT -> 0x1e;
    };
  }
}
