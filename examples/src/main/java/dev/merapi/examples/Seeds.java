package dev.merapi.examples;

import static dev.merapi.train.FitOption.validationSplit;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.util.List;
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
record Seeds(Example example, long first, long last, Measure measure) {
  private static final double VALIDATION_SHARE = 0.2;
  private static final int USAGE = 2;

  /// What is measured of a trained example.
  enum Measure {
    TEST {
      @Override
      double of(Example example, Settings settings) {
        return example.train(settings).value();
      }
    },
    VALIDATION {
      @Override
      double of(Example example, Settings settings) {
        Settings split = settings.with(validationSplit(VALIDATION_SHARE));
        return example.train(split).history().last().value("val_accuracy");
      }
    };

    abstract double of(Example example, Settings settings);
  }

  public static void main(String[] args) {
    try {
      of(args).run(IO::println);
    } catch (MerapiException e) {
      System.err.println("merapi: " + e.getMessage());
      System.exit(USAGE);
    }
  }

  /// @throws MerapiException of kind `ARGUMENT` if they are not as above
  static Seeds of(String... args) {
    if (args.length < 3 || args.length > 4) {
      throw wrong("number of arguments", List.of(args));
    }
    long first = seed(args[1]);
    long last = seed(args[2]);
    if (last < first) {
      throw wrong("range of seeds", first + " to " + last);
    }
    Measure measure = args.length == 3 ? Measure.TEST : measure(args[3]);
    return new Seeds(Examples.named(args[0]), first, last, measure);
  }

  private static long seed(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw wrong("seed", text).causedBy(e);
    }
  }

  private static Measure measure(String text) {
    if (!text.equals("validation")) {
      throw wrong("argument", text);
    }
    return Measure.VALIDATION;
  }

  private static MerapiException wrong(String what, Object given) {
    return MerapiException.of(Kind.ARGUMENT, "seeds: wrong " + what)
        .with("given", given)
        .hint("NAME FIRST LAST [validation], such as: lenet 1 5");
  }

  /// Trains with one seed after the other.
  ///
  /// @param out hears a line for each, and one for the mean
  void run(Consumer<String> out) {
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
