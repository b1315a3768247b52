package dev.merapi.kernels.loop;

import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.ScalarOp;
import java.util.List;

/// What the bytecode of a nest depends on: equal structures share a class.
///
/// A kernel is `run(arguments, scratch, rows, count, 0, 0)`. It walks `rows` points of one outer
/// loop, and for each of them `count` elements along the lanes.
///
/// - `arguments` points to longs: the extents of the scalar inner loops, then for each cursor its
///   strides: along the rows, along the lanes, and along each scalar inner loop (in bytes for an
///   address).
/// - `scratch` points to the cursors' values at the first row, one `long` each, followed by partial
///   results that are kept in memory.
///
/// Each fold has one partial result for each point, or [#PARTIALS] where lanes run along a row:
/// element `j` of the row belongs to partial `j mod PARTIALS`, however many lanes a vector has. A
/// *turn* joins one element to each partial result. Sums of floats go in chains of [#CHAIN] turns
/// ([Compensation]).
///
/// @param form which loop the lanes run along
/// @param lanes vector width; no result depends on it
/// @param unroll turns of one round of the loop along the lanes; 0 where the body is long and
///   written once, always masked
/// @param chains whether there are sums of more than one chain
/// @param levels number of scalar inner loops
/// @param cursors what is addressed
/// @param constants defined before the loops
/// @param stages as in the nest
record Structure(
    Form form,
    Lanes lanes,
    int unroll,
    boolean chains,
    int levels,
    List<Cursor> cursors,
    List<ScalarOp.Constant> constants,
    List<Stage> stages) {
  /// Partial results of a fold along a row.
  static final int PARTIALS = 16;

  /// The logarithm of [#PARTIALS].
  static final int PARTIALS_SHIFT = 4;

  /// Turns of a chain.
  static final int CHAIN = 16;

  static final int ARGUMENTS = 0;
  static final int SCRATCH = 1;
  static final int ROWS = 2;
  static final int COUNT = 3;

  Structure {
    cursors = List.copyOf(cursors);
    constants = List.copyOf(constants);
    stages = List.copyOf(stages);
  }

  /// Which loop the lanes run along.
  enum Form {
    /// An outer loop: each lane is a point of its own. Inner loops, if any, are scalar loops around
    /// vectors of accumulators. With one lane this is plain scalar code.
    MAP,
    /// An inner loop: each fold has partial results in lanes, joined at the end.
    ROW
  }

  /// One traversal of the inner loops and what follows it.
  record Stage(List<Step> inner, List<Step> point) {
    Stage {
      inner = List.copyOf(inner);
      point = List.copyOf(point);
    }

    /// The folds of values, not those of positions.
    List<Step.Fold> folds() {
      return inner.stream().filter(Step.Fold.class::isInstance).map(Step.Fold.class::cast).toList();
    }
  }

  /// Elements of one turn: those of all partial results, or of one vector of points.
  int turn() {
    return form == Form.ROW ? PARTIALS : lanes.count();
  }

  /// Elements of one round of the loop along the lanes.
  int width() {
    return Math.max(1, unroll) * turn();
  }

  /// Whether a body for vectors of these lanes is written once for all partial results of a row, so
  /// that these are in memory. One element at a time always is.
  boolean hasPartialsInMemory(Lanes emitted) {
    return form == Form.ROW
        && (emitted == Lanes.SCALAR || (unroll == 0 && emitted.count() < PARTIALS));
  }

  /// Where in the arguments the extent of a scalar inner loop lies, in bytes.
  int extentOffset(int level) {
    return Long.BYTES * level;
  }

  int rowStrideOffset(int cursor) {
    return Long.BYTES * (levels + cursor * (levels + 2));
  }

  int vectorStrideOffset(int cursor) {
    return rowStrideOffset(cursor) + Long.BYTES;
  }

  int levelStrideOffset(int cursor, int level) {
    return rowStrideOffset(cursor) + Long.BYTES * (2 + level);
  }

  int argumentBytes() {
    return rowStrideOffset(cursors.size());
  }

  /// Where in the scratch the value of a cursor lies.
  int frameOffset(int cursor) {
    return Long.BYTES * cursor;
  }

  /// Where in the scratch the partial results of a fold begin: [#PARTIALS] floats, or three times
  /// as many for [Partials].
  int partialOffset(Step.Fold fold) {
    int index = 0;
    for (Stage stage : stages) {
      index = Math.max(index, stage.folds().indexOf(fold));
    }
    return partialOffset(index);
  }

  private int partialOffset(int index) {
    return frameOffset(cursors.size()) + Float.BYTES * PARTIALS * (chains ? 3 : 1) * index;
  }

  int scratchBytes() {
    return partialOffset(
        form == Form.ROW ? stages.stream().mapToInt(s -> s.folds().size()).max().orElse(0) : 0);
  }
}
