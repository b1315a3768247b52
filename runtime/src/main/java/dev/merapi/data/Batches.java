package dev.merapi.data;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.RandomKey;
import dev.merapi.memory.HostTensor;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// A data set in portions of one size, in order or shuffled anew for each epoch. Immutable.
///
/// ```java
/// var batches = Batches.of(train, 64).shuffled(RandomKey.of(7));
/// for (Batch batch : batches.epoch(0)) {
///   batch.copyTo(step.resize("N", batch.size()).input("image"), step.target());
///   step.run();
/// }
/// ```
public final class Batches {
  /// What becomes of rows that do not fill a batch.
  private enum Last {
    KEPT,
    DROPPED
  }

  /// Changes the inputs of every epoch anew.
  private record Changes(Augmentation augmentation, RandomKey key) {
    Augmenter augmenter(Dataset data, int epoch) {
      var images = Rows.floats("augmented", data.inputs());
      return new Augmenter(augmentation, images, key.split(epoch));
    }
  }

  private final Dataset data;
  private final int size;
  private final Optional<RandomKey> key;
  private final Last last;
  private final Optional<Changes> changes;

  private Batches(
      Dataset data, int size, Optional<RandomKey> key, Last last, Optional<Changes> changes) {
    if (size < 1) {
      throw MerapiException.of(Kind.ARGUMENT, "batches: a batch has a row").with("size", size);
    }
    this.data = data;
    this.size = size;
    this.key = key;
    this.last = last;
    this.changes = changes;
  }

  /// Batches in the order of the rows; the last one may be smaller.
  public static Batches of(Dataset data, int size) {
    return new Batches(data, size, Optional.empty(), Last.KEPT, Optional.empty());
  }

  /// In an order that is a function of the key and the number of the epoch.
  public Batches shuffled(RandomKey by) {
    return new Batches(data, size, Optional.of(by), last, changes);
  }

  /// Without a last batch that is smaller.
  public Batches dropLast() {
    return new Batches(data, size, key, Last.DROPPED, changes);
  }

  /// With images that are changed at random as they are copied: a function of the key, the number
  /// of the epoch and the row, whatever the size and order of the batches. The key may be that of
  /// the shuffling.
  ///
  /// @throws MerapiException of kind `SHAPE` if the inputs are not `f32[C, H, W]`, or too small
  public Batches augmented(Augmentation augmentation, RandomKey by) {
    var changed = new Changes(augmentation, by.split("augmentation"));
    changed.augmenter(data, 0);
    return new Batches(data, size, key, last, Optional.of(changed));
  }

  /// The number of batches.
  public int count() {
    return last == Last.KEPT ? Math.ceilDiv(data.rows(), size) : data.rows() / size;
  }

  /// The batches of an epoch, in order.
  public List<Batch> epoch(int number) {
    int[] order =
        key.map(by -> by.split(number).permutation(data.rows()))
            .orElseGet(() -> IntStream.range(0, data.rows()).toArray());
    return IntStream.range(0, count())
        .mapToObj(
            i -> new Batch(this, number, order, i * size, Math.min(size, order.length - i * size)))
        .toList();
  }

  /// Some rows of a data set.
  public static final class Batch {
    private final Batches batches;
    private final int epoch;
    private final int[] order;
    private final int start;
    private final int size;

    private Batch(Batches batches, int epoch, int[] order, int start, int size) {
      this.batches = batches;
      this.epoch = epoch;
      this.order = order;
      this.start = start;
      this.size = size;
    }

    /// The number of rows.
    public int size() {
      return size;
    }

    /// The row of the data set at a place of this batch.
    public int row(int at) {
      return order[start + at];
    }

    /// Fills the tensors `[size, row...]` of a training step or session.
    ///
    /// @throws MerapiException of kind `SHAPE` if they have other sizes or types
    public void copyTo(HostTensor inputs, HostTensor targets) {
      copyTo(inputs);
      copy(batches.data.targets(), targets);
    }

    /// Fills the tensor `[size, row...]` of a session.
    ///
    /// @throws MerapiException of kind `SHAPE` if it has another size or type
    public void copyTo(HostTensor inputs) {
      if (batches.changes.isEmpty()) {
        copy(batches.data.inputs(), inputs);
        return;
      }
      Augmenter augmenter = batches.changes.get().augmenter(batches.data, epoch);
      check(augmenter.rowSize(), batches.data.inputs(), inputs);
      for (int i = 0; i < size; i++) {
        augmenter.copyTo(inputs, i, row(i));
      }
    }

    /// Fills the tensor `f32[size]` with how much each row counts; 1 where the data do not say it.
    ///
    /// @throws MerapiException of kind `SHAPE` if it has another size or type
    public void copyWeightsTo(HostTensor weights) {
      batches
          .data
          .sampleWeights()
          .ifPresentOrElse(column -> copy(column, weights), () -> fill(weights));
    }

    private static void fill(HostTensor weights) {
      for (long row = 0; row < weights.elements(); row++) {
        weights.set(row, 1f);
      }
    }

    private void copy(Column column, HostTensor tensor) {
      check(column.rowSize(), column, tensor);
      for (int i = 0; i < size; i++) {
        column.copyTo(tensor, i, row(i));
      }
    }

    private void check(int rowSize, Column column, HostTensor tensor) {
      if (tensor.elements() != (long) size * rowSize) {
        throw MerapiException.of(Kind.SHAPE, "batch: does not fit")
            .with("name", tensor.name())
            .with("type", tensor.type())
            .with("rows", size)
            .with("row", column.row())
            .hint("resize the step or session to the batch, or drop the last one");
      }
    }
  }
}
