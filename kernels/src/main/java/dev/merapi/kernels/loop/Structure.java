package dev.merapi.kernels.loop;

import dev.merapi.kernels.emit.DoubleSums;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.ScalarOp;
import java.util.List;
import java.util.stream.Stream;

/// What the bytecode of a nest depends on: equal structures share a class.
///
/// A kernel is `run(arguments, scratch, rows, count, 0, 0)`. It walks `rows` points of one outer
/// loop, and for each of them `count` elements along the lanes.
///
/// - `arguments` points to longs: the extents of the scalar inner loops, then for each cursor its
///   strides: along the rows, along the lanes, and along each scalar inner loop (in bytes for an
///   address).
/// - `scratch` points to the cursors' values at the first row, one `long` each, followed by the
///   partial results of folds, where they are not in variables.
///
/// @param form which loop the lanes run along
/// @param lanes vector width, on which no bit depends
/// @param unroll of a map, vectors of one turn of the loop along the lanes; of a row, times
///   [#PARTIALS] elements. 0 stands for one, always masked, where the body is long
/// @param levels number of scalar inner loops
/// @param cursors what is addressed
/// @param constants defined before the loops
/// @param stages as in the nest
record Structure(
    Form form,
    Lanes lanes,
    int unroll,
    int levels,
    List<Cursor> cursors,
    List<ScalarOp.Constant> constants,
    List<Stage> stages) {
  static final int ARGUMENTS = 0;
  static final int SCRATCH = 1;
  static final int ROWS = 2;
  static final int COUNT = 3;

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
    /// vectors of accumulators. With one lane this is plain scalar code.
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

  /// Elements of one turn of the loop along the lanes; in a row, also the number of partial results
  /// of a fold.
  int width() {
    return Math.max(1, unroll) * (form == Form.ROW ? PARTIALS : lanes.count());
  }

  /// Whether partial results are kept in memory by code of this width: it has fewer lanes than
  /// there are of them.
  boolean keepsPartialsInMemory(Lanes width) {
    return form == Form.ROW && width.count() < PARTIALS;
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

  /// Where in the scratch the partial results of a fold begin: floats, ints, or a block of
  /// [DoubleSums].
  int partialOffset(int fold) {
    int bytes = (hasLongSums() ? DoubleSums.BYTES : Float.BYTES) * width();
    return frameOffset(cursors.size()) + bytes * fold;
  }

  /// About how many instructions an element takes.
  int operations() {
    return stages.stream()
        .flatMap(stage -> Stream.concat(stage.inner().stream(), stage.point().stream()))
        .mapToInt(Step::operations)
        .sum();
  }

  boolean hasLongSums() {
    return stages.stream().anyMatch(Stage::hasLongSums);
  }

  int scratchBytes() {
    boolean keeps = form == Form.ROW || hasLongSums();
    int folds = keeps ? stages.stream().mapToInt(s -> s.folds().size()).max().orElse(0) : 0;
    return partialOffset(folds);
  }
}
