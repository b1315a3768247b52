package dev.merapi.kernels.loop;

import dev.merapi.graph.DType;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarPrimitive;
import java.util.List;

/// Emits the folds of a stage: where partial results are kept, and how they are joined.
interface Folds {
  /// Before the inner loops: partial results are the neutral element.
  ///
  /// @param vectors how many vectors of partial results there are
  void begin(Structure.Stage stage, int vectors);

  /// Takes in the operand's value, in copy `copy` of an unrolled body.
  void add(Step.Fold fold, int copy);

  /// The same for a position.
  void add(Step.ArgFold fold, int copy);

  /// After the inner loops: the results are values, one for each copy.
  void finish(Structure.Stage stage, int vectors);

  /// Defines a value from the operand stack.
  interface Definer {
    /// @param copy counts up to `copies` in consecutive calls
    void define(int id, DType type, int copy, int copies);
  }

  /// Joins two values, the earlier one first.
  static ScalarFn combine(Monoid monoid, DType type) {
    return ScalarFn.apply(monoid.combine(), ScalarFn.arg(0, type), ScalarFn.arg(1, type));
  }

  /// Whether argument 1 comes before argument 0 as an extreme.
  static ScalarFn isBetter(Monoid monoid, DType type) {
    ScalarFn best = ScalarFn.arg(0, type);
    ScalarFn value = ScalarFn.arg(1, type);
    ScalarFn better =
        switch (monoid) {
          case MAX -> best.lessThan(value);
          case MIN -> value.lessThan(best);
          case SUM -> throw new IllegalArgumentException("no extreme: " + monoid);
        };
    if (!type.isFloat()) {
      return better;
    }
    ScalarFn isNaN = ScalarFn.apply(ScalarPrimitive.NOT, List.of(value.equalTo(value)));
    return better.or(isNaN.and(best.equalTo(best)));
  }

  /// The neutral element's bits.
  static int identity(Monoid monoid, DType type) {
    return monoid.identity(type).bits(0);
  }
}
