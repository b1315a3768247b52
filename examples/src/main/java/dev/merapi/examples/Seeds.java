package dev.merapi.examples;

import static dev.merapi.train.FitOption.validationSplit;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/// Trains an example with each seed of a range, and prints what comes of each and the mean:
///
/// ```
/// ./merapi seeds lenet 1 5              as measured on test data
/// ./merapi seeds lenet 1 5 validation   trained on 80 % of the training data, measured on the rest
/// ```
///
/// The second tells nothing of the test data; settings are chosen by it.
///
/// @param first the first seed
/// @param last the last seed
public record Seeds(Example example, long first, long last, Measure measure) {
  private static final double VALIDATION_SHARE = 0.2;

  /// @throws MerapiException of kind `ARGUMENT` if the last seed is before the first
  public Seeds {
    if (last < first) {
      throw MerapiException.of(Kind.ARGUMENT, "seeds: the last is before the first")
          .with("first", first)
          .with("last", last);
    }
  }

  /// What is measured of a trained example.
  public enum Measure {
    /// The test data, as always.
    TEST {
      @Override
      double of(Example example, Settings settings) {
        return example.train(settings).value();
      }
    },
    /// A fifth of the training data, which was not trained on.
    VALIDATION {
      @Override
      double of(Example example, Settings settings) {
        Settings split = settings.with(validationSplit(VALIDATION_SHARE));
        return example.train(split).history().last().value("val_accuracy");
      }
    };

    abstract double of(Example example, Settings settings);
  }

  /// Trains with one seed after the other.
  ///
  /// @param out hears a line for each, and one for the mean
  public void run(Consumer<String> out) {
    double[] values =
        LongStream.rangeClosed(first, last).mapToDouble(seed -> train(seed, out)).toArray();
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    out.accept(String.format(Locale.ROOT, "mean %.4f", sum / values.length));
  }

  private double train(long seed, Consumer<String> out) {
    long start = System.nanoTime();
    double value = measure.of(example, Settings.of(example, seed));
    double seconds = (System.nanoTime() - start) / 1e9;
    out.accept(String.format(Locale.ROOT, "seed %d: %.4f, %.0f s", seed, value, seconds));
    return value;
  }
}
