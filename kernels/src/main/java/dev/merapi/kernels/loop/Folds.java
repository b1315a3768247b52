package dev.merapi.kernels.loop;

import dev.merapi.graph.DType;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.kernels.emit.ScalarCode;
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

  /// At the end of a chain: the long sums take in what they have added up since the last one.
  void endChain(Structure.Stage stage, int vectors);

  /// After the inner loops: the results are values, one for each copy.
  void finish(Structure.Stage stage, int vectors);

  /// Defines a value from the operand stack.
  interface Definer {
    /// @param copy counts up to `copies` in consecutive calls
    void define(int id, DType type, int copy, int copies);
  }

  /// Joins a partial result, argument 0, and a new value, argument 1.
  ///
  /// The last step of each form is a call on a value that does not come out of the loop's previous
  /// turn. C2 knows the class of such a value, and by induction that of the partial result.
  /// (Without a type profile it would call, and make an object of each vector.)
  static ScalarFn combine(Monoid monoid, DType type) {
    ScalarFn partial = ScalarFn.arg(0, type);
    ScalarFn value = ScalarFn.arg(1, type);
    return switch (monoid) {
      case SUM -> value.plus(partial);
      case MAX -> orNaN(partial, value.lessThan(partial).select(partial, value));
      case MIN -> orNaN(partial, partial.lessThan(value).select(partial, value));
    };
  }

  /// A comparison with NaN is false, so that a NaN in the value is chosen by itself.
  private static ScalarFn orNaN(ScalarFn partial, ScalarFn chosen) {
    return partial.type().isFloat()
        ? partial.equalTo(partial).not().select(partial, chosen)
        : chosen;
  }

  /// Whether argument 0 stays the extreme beside argument 1. As in [#combine], calls are on the new
  /// value where possible.
  static ScalarFn stays(Monoid monoid, DType type) {
    ScalarFn best = ScalarFn.arg(0, type);
    ScalarFn value = ScalarFn.arg(1, type);
    ScalarFn stays =
        switch (monoid) {
          case MAX -> value.atMost(best);
          case MIN -> value.lessThan(best).or(value.equalTo(value).not()).not();
          case SUM -> throw new IllegalArgumentException("no extreme: " + monoid);
        };
    return type.isFloat() ? stays.or(best.equalTo(best).not()) : stays;
  }

  /// Pushes the value that a fold takes in. The lanes behind the end of a row hold the neutral
  /// element.
  static void pushOperand(Step.Fold fold, ScalarCode math, LaneLoop row) {
    if (row.isMasked() && row.isRow()) {
      math.apply(
          ScalarPrimitive.SELECT,
          List.of(DType.BOOL, fold.type(), fold.type()),
          List.of(
              () -> math.code().aload(row.mask()),
              () -> math.push(fold.operand()),
              () -> math.pushConstant(fold.type(), identity(fold.monoid(), fold.type()))));
    } else {
      math.push(fold.operand());
    }
  }

  /// The neutral element's bits.
  static int identity(Monoid monoid, DType type) {
    return monoid.identity(type).bits(0);
  }
}
