package dev.merapi.kernels.loop;

import java.util.List;
import java.util.stream.Stream;

/// What the routine of a nest depends on, but for its [NestShape].
///
/// A routine walks `rows` points of one outer loop, and for each of them `count` elements along the
/// lanes.
///
/// - `arguments` points to longs: the extents of the scalar inner loops, then for each cursor its
///   strides: along the rows, along the lanes, and along each scalar inner loop (in bytes for an
///   address).
/// - `start` points to the cursors' values at the first row, one `long` each.
///
/// @param form which loop the lanes run along
/// @param isStrided whether elements along the lanes are anywhere
/// @param unroll of a row, how many times [#PARTIALS] elements one turn takes
/// @param levels number of scalar inner loops
/// @param cursors what is addressed
/// @param constants defined before the loops
/// @param stages as in the nest
record Structure(
    Form form,
    boolean isStrided,
    int unroll,
    int levels,
    List<Cursor> cursors,
    List<ScalarOp.Constant> constants,
    List<Stage> stages) {
  /// Elements of the shortest turn of a row, whatever the lanes: as many as the widest vector has.
  static final int PARTIALS = 16;

  Structure {
    cursors = List.copyOf(cursors);
    constants = List.copyOf(constants);
    stages = List.copyOf(stages);
  }

  /// Which loop the lanes run along.
  enum Form {
    /// An outer loop: each lane is a point of its own. Inner loops, if any, are scalar loops around
    /// vectors of accumulators.
    MAP,
    /// An inner loop: each fold has partial results, joined at the end.
    ROW
  }

  /// One traversal of the inner loops and what follows it.
  record Stage(List<Step> inner, List<Step> point) {
    Stage {
      inner = List.copyOf(inner);
      point = List.copyOf(point);
    }

    List<Step.Fold> folds() {
      return inner.stream().filter(Step.Fold.class::isInstance).map(Step.Fold.class::cast).toList();
    }

    boolean hasLongSums() {
      return folds().stream().anyMatch(Step.Fold::isLong);
    }
  }

  /// Elements of one turn of a row: as many as a fold has partial results.
  int width() {
    return unroll * PARTIALS;
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

  /// Where in a place the value of a cursor lies.
  int frameOffset(int cursor) {
    return Long.BYTES * cursor;
  }

  /// About how many instructions an element takes.
  int operations() {
    return stages.stream()
        .flatMap(stage -> Stream.concat(stage.inner().stream(), stage.point().stream()))
        .mapToInt(Step::operations)
        .sum();
  }
}
