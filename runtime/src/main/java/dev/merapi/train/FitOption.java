package dev.merapi.train;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.RandomKey;
import dev.merapi.data.Augmentation;
import dev.merapi.data.Dataset;
import java.nio.file.Path;
import java.util.Optional;

/// How `fit` trains: one epoch in shuffled batches of 32, if nothing else is said. For static
/// import; of two that contradict each other, the later one holds.
///
/// ```java
/// trainer.fit(train, epochs(10), batch(64), validateOn(validation), earlyStopping(3))
/// ```
public sealed interface FitOption permits EarlyStopping, GradientMonitor, FitOption.Plain {
  /// Those without options of their own.
  sealed interface Plain extends FitOption {}

  /// @param count how often each row is seen
  record Epochs(int count) implements Plain {
    public Epochs {
      positive("epochs", count);
    }
  }

  /// @param size rows of one step
  record Batch(int size) implements Plain {
    public Batch {
      positive("batch", size);
    }
  }

  /// All rows in each step.
  record FullBatch() implements Plain {}

  /// @param key decides the order of the rows
  record Shuffle(RandomKey key) implements Plain {}

  /// Rows in their own order.
  record NoShuffle() implements Plain {}

  /// Leaves out the rows that do not fill a batch.
  record DropLast() implements Plain {}

  /// @param augmentation changes the images that are trained on
  record Augment(Augmentation augmentation) implements Plain {}

  /// @param data never trained on
  record ValidateOn(Dataset data) implements Plain {}

  /// @param share of the rows, drawn at random
  record ValidationSplit(double share) implements Plain {
    public ValidationSplit {
      if (!(share > 0 && share < 1)) {
        throw MerapiException.of(Kind.ARGUMENT, "validationSplit: a share between 0 and 1")
            .with("share", share);
      }
    }
  }

  /// Where checkpoints go.
  ///
  /// @param everySteps how many steps lie between two; 0 for one at the end of each epoch
  record Checkpoints(CheckpointStore store, int everySteps) implements Plain {
    public Checkpoints {
      if (everySteps < 0) {
        throw MerapiException.of(Kind.ARGUMENT, "checkpointTo: a number of steps")
            .with("everySteps", everySteps);
      }
    }

    /// Also after each so many steps, within epochs.
    public Checkpoints everySteps(int steps) {
      return new Checkpoints(store, positive("checkpointTo", steps));
    }
  }

  /// Goes on where the last checkpoint was made.
  record Resume() implements Plain {}

  /// @param listener hears how this `fit` goes on, beside the trainer's
  record Listen(TrainingListener listener) implements Plain {}

  /// Without the listeners that modules provide.
  record Quiet() implements Plain {}

  private static int positive(String what, int number) {
    if (number < 1) {
      throw MerapiException.of(Kind.ARGUMENT, what + ": must be positive").with("given", number);
    }
    return number;
  }

  /// How often each row is seen; once, if not given.
  static Epochs epochs(int count) {
    return new Epochs(count);
  }

  /// Rows of one step; 32, if not given. The last batch of an epoch may be smaller.
  static Batch batch(int size) {
    return new Batch(size);
  }

  /// All rows in each step: gradient descent in its first form.
  static FullBatch fullBatch() {
    return new FullBatch();
  }

  /// One row in each step: stochastic gradient descent in its first form.
  static Batch singleSample() {
    return new Batch(1);
  }

  /// A key for the order of the rows, which is another one in each epoch.
  static Shuffle shuffle(RandomKey key) {
    return new Shuffle(key);
  }

  /// Rows in their own order.
  static NoShuffle noShuffle() {
    return new NoShuffle();
  }

  /// Leaves out the rows that do not fill a batch, in each epoch others. `fit` refuses it where
  /// there are fewer rows than one batch has.
  static DropLast dropLast() {
    return new DropLast();
  }

  /// Changes the images that are trained on, anew in each epoch, by the key that shuffles.
  static Augment augment(Augmentation augmentation) {
    return new Augment(augmentation);
  }

  /// Works out loss and metrics of other data after each epoch.
  static ValidateOn validateOn(Dataset data) {
    return new ValidateOn(data);
  }

  /// Keeps a share of the rows for validation, drawn at random by a key split from the one that
  /// shuffles. Keras takes the last rows instead, which goes wrong where they are sorted.
  static ValidationSplit validationSplit(double share) {
    return new ValidationSplit(share);
  }

  /// Ends training when that many epochs in a row brought nothing better, and gives the model the
  /// weights of the best epoch.
  static EarlyStopping earlyStopping(int patience) {
    return new EarlyStopping(
        patience, Optional.empty(), Optional.empty(), 0, EarlyStopping.Weights.BEST);
  }

  /// Watches gradients: vanished at norms of 1e-7 and below, exploding above 1,000.
  static GradientMonitor gradientMonitor() {
    return new GradientMonitor(1e-7, 1e3);
  }

  /// Writes a checkpoint after each epoch, keeping the last three and the best.
  static Checkpoints checkpointTo(Path directory) {
    return checkpointTo(new CheckpointDirectory(directory, 3));
  }

  /// Keeps checkpoints somewhere else, or another number of them.
  static Checkpoints checkpointTo(CheckpointStore store) {
    return new Checkpoints(store, 0);
  }

  /// Goes on where the last checkpoint was made, with the same bits as if it had not been stopped;
  /// starts anew where there is none. `fit` refuses to go on under other settings; it compares them
  /// by their texts (`toString`), so of a lambda it knows only that it is one.
  static Resume resume() {
    return new Resume();
  }

  /// Tells a listener how this `fit` goes on.
  static Listen listen(TrainingListener listener) {
    return new Listen(listener);
  }

  /// Writes the history as comma-separated values, anew after each epoch.
  static Listen csvLog(Path file) {
    return new Listen(new CsvLog(file));
  }

  /// Shows nothing: no listener that a module provides, such as the toolkit's progress bar.
  static Quiet quiet() {
    return new Quiet();
  }
}
