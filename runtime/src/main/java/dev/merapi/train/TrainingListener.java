package dev.merapi.train;

import dev.merapi.History;
import java.util.Locale;
import java.util.function.Consumer;

/// Hears how a `fit` goes on, on the thread that called it. What a listener throws ends the `fit`.
///
/// ```java
/// Trainer.of(model).listener(TrainingListener.lines(IO::println))...
/// ```
///
/// One that a module provides as a service is used by each `fit` that is not quiet; it is made anew
/// for each. The toolkit's shows a bar on a terminal, unless a listener of the caller's own shows
/// the progress already ([#showsProgress]).
public interface TrainingListener {
  /// Whether it shows a person how the `fit` goes on. Where the caller's own listeners do, those of
  /// modules that do so too stay out, so that nothing is printed twice. A listener that prints each
  /// epoch says `true`; one that records or sends says nothing and has the display beside it.
  default boolean showsProgress() {
    return false;
  }

  /// Before the first step; after a resumed run was brought back.
  default void onFitStart(TrainingProgress progress) {}

  /// Before the first step of an epoch, or before the first one of a resumed run.
  default void onEpochStart(TrainingProgress progress) {}

  /// After each step.
  default void onBatchEnd(TrainingProgress progress) {}

  /// After an epoch and its validation.
  default void onEpochEnd(TrainingProgress progress, History.Epoch epoch) {}

  /// Something that the user should know, such as gradients that vanish.
  default void onWarning(TrainingProgress progress, String warning) {}

  /// After the last epoch; the model has its weights, and keeps them if this throws.
  default void onFitEnd(TrainingProgress progress, History history) {}

  /// In the place of [#onFitEnd], when `fit` throws; after it, if that is what a listener threw
  /// there.
  default void onFailure(TrainingProgress progress, RuntimeException failure) {}

  /// Prints a line for each epoch and each warning.
  ///
  /// @param out such as `IO::println`
  static TrainingListener lines(Consumer<String> out) {
    return new TrainingListener() {
      @Override
      public boolean showsProgress() {
        return true;
      }

      @Override
      public void onEpochEnd(TrainingProgress progress, History.Epoch epoch) {
        out.accept(line(progress, epoch));
      }

      @Override
      public void onWarning(TrainingProgress progress, String warning) {
        out.accept("warning: " + warning);
      }

      @Override
      public void onFitEnd(TrainingProgress progress, History history) {
        history.stopped().ifPresent(why -> out.accept("stopped: " + why));
      }
    };
  }

  /// The line of an epoch: `epoch 3/10: loss 0.1234, accuracy 0.9812, 1.3 s, 24000 examples/s`.
  static String line(TrainingProgress progress, History.Epoch epoch) {
    return String.format(
        Locale.ROOT,
        "epoch %d/%d: %s, %.1f s, %.0f examples/s",
        epoch.number(),
        progress.epochs(),
        epoch.valuesText(),
        epoch.seconds(),
        epoch.examplesPerSecond());
  }
}
