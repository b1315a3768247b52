package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.data.Column;
import dev.merapi.graph.TensorType;
import dev.merapi.memory.HostTensor;
import dev.merapi.train.Loss;
import java.util.Arrays;
import java.util.OptionalInt;

/// The class numbers that a loss takes.
///
/// @param classes how many classes there are
/// @param ignored a number that stands for none of them
record Labels(long classes, OptionalInt ignored) {
  /// Whether that is a class, or ignored.
  private boolean contains(int label) {
    return label >= 0 && label < classes || ignored.equals(OptionalInt.of(label));
  }

  /// Checks class numbers before they are used.
  ///
  /// @param what uses them
  /// @throws MerapiException of kind `INDEX` that names the first one that is no class
  static void check(String what, Column targets, TensorType output, Loss loss) {
    var classes = loss.classes(output);
    if (classes.isPresent() && targets instanceof Column.Ints ints) {
      new Labels(classes.getAsLong(), loss.ignored()).check(what, ints.toArray(), ints.rowSize());
    }
  }

  /// Looks for the reason of a failed run among the targets that it read.
  ///
  /// @return an exception that names the first label that is no class; the failure itself if all
  ///   are
  static MerapiException explain(
      MerapiException failure, HostTensor target, TensorType output, Loss loss) {
    var classes = loss.classes(output);
    if (failure.kind() != Kind.INDEX || classes.isEmpty()) {
      return failure;
    }
    int[] labels = target.toInts();
    int row = target.shape().rank() == 0 ? 1 : labels.length / (int) target.shape().dim(0).value();
    try {
      new Labels(classes.getAsLong(), loss.ignored()).check("loss", labels, row);
    } catch (MerapiException e) {
      return e.causedBy(failure);
    }
    return failure;
  }

  private void check(String what, int[] labels, int rowSize) {
    for (int i = 0; i < labels.length; i++) {
      if (!contains(labels[i])) {
        throw MerapiException.of(Kind.INDEX, what + ": label out of range")
            .with("label", labels[i])
            .with("row", i / rowSize)
            .with("classes", classes)
            .hint(advice(labels));
      }
    }
  }

  private String advice(int... labels) {
    var counted = Arrays.stream(labels).filter(each -> !ignored.equals(OptionalInt.of(each)));
    var range = counted.summaryStatistics();
    if (range.getMin() == 1 && range.getMax() == classes) {
      return "labels count from 0: take 1 off each";
    }
    if (range.getMin() < 0) {
      return "labels are 0 to " + (classes - 1) + "; ignoring(number) leaves out what has no class";
    }
    return "labels are 0 to "
        + (classes - 1)
        + ": give the model an output for each class, or correct the data";
  }
}
