package dev.merapi.kernels.loop;

import dev.merapi.graph.DType;
import dev.merapi.graph.Monoid;
import java.util.List;

/// An instruction of a nest without buffers, sizes or strides, in basic primitives only.
sealed interface Step {
  /// The values that it uses.
  default List<Integer> operands() {
    return switch (this) {
      case Load _, Index _ -> List.of();
      case Compute compute -> compute.ops().stream().flatMap(op -> op.operands().stream()).toList();
      case Fold fold -> List.of(fold.operand());
      case ArgFold fold -> List.of(fold.operand());
      case Store store -> List.of(store.operand());
    };
  }

  /// The cursors that it uses.
  default List<Integer> cursors() {
    return switch (this) {
      case Load load -> List.of(load.cursor());
      case Index index -> List.of(index.cursor());
      case Compute _, Fold _ -> List.of();
      case ArgFold fold -> List.of(fold.cursor());
      case Store store -> List.of(store.cursor());
    };
  }

  /// About how many instructions it becomes.
  default int operations() {
    return switch (this) {
      case Load _, Index _, Store _ -> 1;
      case Compute compute -> compute.ops().size();
      case Fold fold -> fold.monoid() == Monoid.SUM ? 1 : 4;
      case ArgFold _ -> 8;
    };
  }

  /// Reads the element that a cursor points to.
  record Load(int id, DType type, int cursor) implements Step {}

  /// The `i32` value of an index cursor.
  record Index(int id, int cursor) implements Step {}

  /// Scalar mathematics.
  record Compute(List<ScalarOp.Apply> ops) implements Step {
    public Compute {
      ops = List.copyOf(ops);
    }
  }

  /// Joins the values of an operand.
  ///
  /// @param isLong whether partial sums have so many terms that they are cut into chains
  record Fold(int id, DType type, Monoid monoid, int operand, boolean isLong) implements Step {
    /// The same for many terms.
    Fold ofManyTerms() {
      boolean rounds = monoid == Monoid.SUM && type == DType.F32;
      return new Fold(id, type, monoid, operand, rounds);
    }
  }

  /// The value of an index cursor at the first extreme operand, NaN being the most extreme.
  record ArgFold(int id, DType of, Monoid monoid, int operand, int cursor) implements Step {}

  /// Writes the element that a cursor points to.
  record Store(DType type, int cursor, int operand) implements Step {}
}
