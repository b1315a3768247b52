package dev.merapi.kernels.math;

import dev.merapi.graph.DType;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarFn.Apply;
import dev.merapi.graph.ScalarPrimitive;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Spells every awkward primitive in basic ones: addition to division, fma, square root, negation,
/// comparison, selection, and integer logic, shifts, additions and products.
///
/// A basic primitive is defined to the last bit by IEEE 754 and Java, for a vector lane as for a
/// scalar; so what is emitted from one expression gives the same bits in both. No expansion has a
/// branch, a loop, a table look-up or a conversion to an integer. All are within 2 units in the
/// last place on every float: `docs/decisions/0006-elementary-functions.md` has the figures.
public final class Expansions {
  private static final Map<ScalarPrimitive, ScalarFn> OF_F32 = table();

  private Expansions() {}

  private static Map<ScalarPrimitive, ScalarFn> table() {
    Map<ScalarPrimitive, ScalarFn> table = new EnumMap<>(ScalarPrimitive.class);
    table.put(ScalarPrimitive.MIN, Rounding.minF32());
    table.put(ScalarPrimitive.MAX, Rounding.maxF32());
    table.put(ScalarPrimitive.FLOOR, Rounding.floor());
    table.put(ScalarPrimitive.CEIL, Rounding.ceil());
    table.put(ScalarPrimitive.ROUND, Rounding.round());
    table.put(ScalarPrimitive.EXP, Exponentials.exp());
    table.put(ScalarPrimitive.EXPM1, Exponentials.expm1());
    table.put(ScalarPrimitive.TANH, Exponentials.tanh());
    table.put(ScalarPrimitive.LOG, Logarithms.log());
    table.put(ScalarPrimitive.LOG1P, Logarithms.log1p());
    table.put(ScalarPrimitive.SIN, Trigonometry.sin());
    table.put(ScalarPrimitive.COS, Trigonometry.cos());
    table.put(ScalarPrimitive.ATAN, Trigonometry.atan());
    table.put(ScalarPrimitive.ERF, ErrorFunction.erf());
    table.put(ScalarPrimitive.POW, Power.pow());
    return Map.copyOf(table);
  }

  /// The expansion of a primitive over `f32` operands, in the arguments 0 and 1; empty for a basic
  /// primitive.
  public static Optional<ScalarFn> ofF32(ScalarPrimitive primitive) {
    return Optional.ofNullable(OF_F32.get(primitive));
  }

  /// The same function in basic primitives only. Shared sub-expressions stay shared objects.
  public static ScalarFn expand(ScalarFn fn) {
    return fn.fold((part, operands) ->
        part instanceof Apply apply ? expand(apply.primitive(), operands) : part);
  }

  private static ScalarFn expand(ScalarPrimitive primitive, List<ScalarFn> operands) {
    if (operands.getFirst().type() == DType.F32) {
      return ofF32(primitive)
          .map(expansion -> expansion.compose(operands))
          .orElseGet(() -> ScalarFn.apply(primitive, operands));
    }
    ScalarFn a = operands.getFirst();
    return switch (primitive) {
      case MIN -> operands.getLast().lessThan(a).select(operands.getLast(), a);
      case MAX -> a.lessThan(operands.getLast()).select(operands.getLast(), a);
      default -> ScalarFn.apply(primitive, operands);
    };
  }
}
