package dev.merapi.examples;

import static dev.merapi.train.FitOption.validationSplit;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/// Trains an example with each seed of a range, and prints what comes of each and the mean:
///
/// ```
/// ./merapi seeds lenet 1 5              as measured on test data
/// ./merapi seeds lenet 1 5 validation   trained on 80 % of the training data, measured on the rest
/// ```
///
/// The second looks at no test data; the settings of the examples were chosen by it.
public final class Seeds {
  private static final double VALIDATION_SHARE = 0.2;
  private static final String USAGE = "name of an example, first seed, last seed, [validation]";

  private Seeds() {}

  public static void main(String[] args) {
    if (args.length < 3) {
      throw MerapiException.of(Kind.ARGUMENT, "seeds: too few arguments")
          .with("given", List.of(args))
          .hint(USAGE);
    }
    Example example = Examples.named(args[0]);
    LongStream seeds = LongStream.rangeClosed(seed(args[1]), seed(args[2]));
    ToDoubleFunction<Settings> run = run(example, List.of(args).subList(3, args.length));
    DoubleStream values = seeds.mapToDouble(seed -> timed(Settings.of(example, seed), run));
    print("mean %.4f", values.average().orElse(Double.NaN));
  }

  private static long seed(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw MerapiException.of(Kind.ARGUMENT, "seeds: a seed is a whole number")
          .with("given", text)
          .causedBy(e);
    }
  }

  private static ToDoubleFunction<Settings> run(Example example, List<String> more) {
    if (more.isEmpty()) {
      return settings -> example.train(settings).value();
    }
    if (more.equals(List.of("validation"))) {
      return settings -> {
        Settings split = settings.with(validationSplit(VALIDATION_SHARE));
        return example.train(split).history().last().value("val_accuracy");
      };
    }
    throw MerapiException.of(Kind.ARGUMENT, "seeds: unknown arguments")
        .with("given", more)
        .hint(USAGE);
  }

  private static double timed(Settings settings, ToDoubleFunction<Settings> run) {
    long start = System.nanoTime();
    double value = run.applyAsDouble(settings);
    print("seed %d: %.4f, %.0f s", settings.seed(), value, (System.nanoTime() - start) / 1e9);
    return value;
  }

  private static void print(String format, Object... values) {
    IO.println(String.format(Locale.ROOT, format, values));
  }
}
