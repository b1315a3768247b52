package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.data.Augmentation;
import dev.merapi.data.Batches;
import dev.merapi.data.Dataset;
import dev.merapi.train.EarlyStopping;
import dev.merapi.train.FitOption;
import dev.merapi.train.GradientMonitor;
import dev.merapi.train.TrainingListener;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the options of a `fit` come to.
///
/// @param batch rows of one step, never more than there are
/// @param order how the rows are ordered, in words
record FitPlan(
    Dataset train,
    Optional<Dataset> validation,
    int epochs,
    int batch,
    Optional<Augmentation> augmentation,
    Batches batches,
    String order,
    Optional<EarlyStopping> stopping,
    Optional<GradientMonitor> monitor,
    Optional<FitOption.Checkpoints> checkpoints,
    Start start,
    List<TrainingListener> listeners,
    Services services) {
  /// Where training begins.
  enum Start {
    ANEW,
    AT_LAST_CHECKPOINT
  }

  /// Whether listeners that modules provide hear of it.
  enum Services {
    HEAR,
    ARE_QUIET
  }

  /// The key that shuffles where none is given.
  private static final RandomKey USUAL_KEY = RandomKey.of(0).split("shuffle");

  private static final int USUAL_BATCH = 32;
  private static final int ALL_ROWS = Integer.MAX_VALUE;

  /// Collects options; of two that contradict each other, the later one holds.
  private static final class Collector {
    int epochs = 1;
    int batch = USUAL_BATCH;
    Optional<RandomKey> key = Optional.of(USUAL_KEY);
    RandomKey named = USUAL_KEY;
    boolean dropLast;
    Optional<Augmentation> augmentation = Optional.empty();
    Optional<Dataset> validation = Optional.empty();
    Optional<FitOption.ValidationSplit> share = Optional.empty();
    Optional<EarlyStopping> stopping = Optional.empty();
    Optional<GradientMonitor> monitor = Optional.empty();
    Optional<FitOption.Checkpoints> checkpoints = Optional.empty();
    Start start = Start.ANEW;
    final List<TrainingListener> listeners = new ArrayList<>();
    Services services = Services.HEAR;

    void take(FitOption option) {
      switch (option) {
        case FitOption.Epochs(int count) -> epochs = count;
        case FitOption.Batch(int size) -> batch = size;
        case FitOption.FullBatch() -> batch = ALL_ROWS;
        case FitOption.Shuffle(RandomKey by) -> {
          key = Optional.of(by);
          named = by;
        }
        case FitOption.NoShuffle() -> key = Optional.empty();
        case FitOption.DropLast() -> dropLast = true;
        case FitOption.Augment(Augmentation changes) -> augmentation = Optional.of(changes);
        case FitOption.ValidateOn(Dataset data) -> {
          validation = Optional.of(data);
          share = Optional.empty();
        }
        case FitOption.ValidationSplit some -> {
          validation = Optional.empty();
          share = Optional.of(some);
        }
        case FitOption.Checkpoints some -> checkpoints = Optional.of(some);
        case FitOption.Resume() -> start = Start.AT_LAST_CHECKPOINT;
        case FitOption.Listen(TrainingListener listener) -> listeners.add(listener);
        case FitOption.Quiet() -> services = Services.ARE_QUIET;
        case EarlyStopping some -> stopping = Optional.of(some);
        case GradientMonitor some -> monitor = Optional.of(some);
      }
    }

    Batches batches(Dataset train, int size) {
      Batches plain = Batches.of(train, size);
      Batches whole = dropLast ? plain.dropLast() : plain;
      Batches ordered = key.map(whole::shuffled).orElse(whole);
      return augmentation.map(changes -> ordered.augmented(changes, named)).orElse(ordered);
    }

    /// What decides the batches, in words.
    String order() {
      return key.map(by -> "shuffled by " + by).orElse("in order")
          + (dropLast ? ", whole batches" : "")
          + (augmentation.isPresent() ? ", augmented by " + named : "");
    }
  }

  /// @throws MerapiException of kind `ARGUMENT` if the options ask for what cannot be
  static FitPlan of(Dataset data, FitOption... options) {
    var c = new Collector();
    for (FitOption option : options) {
      c.take(option);
    }
    if (c.start == Start.AT_LAST_CHECKPOINT && c.checkpoints.isEmpty()) {
      throw MerapiException.of(Kind.ARGUMENT, "fit: resume() of which checkpoints?")
          .hint("add checkpointTo(directory)");
    }
    Dataset train = data;
    Optional<Dataset> validation = c.validation;
    if (c.share.isPresent()) {
      List<Dataset> parts = data.split(1 - c.share.get().share(), c.named.split("validation"));
      train = parts.get(0);
      validation = Optional.of(parts.get(1));
    }
    if (c.dropLast && c.batch > train.rows() && c.batch != ALL_ROWS) {
      throw MerapiException.of(Kind.ARGUMENT, "fit: the rows do not fill a batch")
          .with("rows", train.rows())
          .with("batch", c.batch)
          .hint("leave out dropLast(), or take a smaller batch");
    }
    int batch = Math.max(1, Math.min(c.batch, train.rows()));
    return new FitPlan(
        train,
        validation,
        c.epochs,
        batch,
        c.augmentation,
        c.batches(train, batch),
        c.order(),
        c.stopping,
        c.monitor,
        c.checkpoints,
        c.start,
        c.listeners,
        c.services);
  }

  /// Rows of one run of the validation.
  int evaluationBatch(Dataset of) {
    return Math.max(1, Math.min(Math.max(batch, USUAL_BATCH), of.rows()));
  }

  /// What decides the bits of a run beside the trainer: a run is resumed under the same.
  Map<String, String> fingerprint() {
    var settings = new LinkedHashMap<String, String>();
    settings.put("batch", Integer.toString(batch));
    settings.put("order", order);
    settings.put("rows", Integer.toString(train.rows()));
    settings.put("validation rows", Integer.toString(validation.map(Dataset::rows).orElse(0)));
    settings.put("data", train.checksum());
    settings.put("validation data", validation.map(Dataset::checksum).orElse("none"));
    settings.put("augmentation", augmentation.map(Augmentation::toString).orElse("none"));
    return settings;
  }
}
