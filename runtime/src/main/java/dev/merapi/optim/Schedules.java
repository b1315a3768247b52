package dev.merapi.optim;

import static java.util.stream.Collectors.joining;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.util.Arrays;
import java.util.List;

/// The usual schedules of the learning rate, for static import. Those that go by epochs change when
/// one begins; those that go by steps reach from the first step of the training to its last.
public final class Schedules {
  private Schedules() {}

  /// A schedule that says in words all that it is: runs that are resumed compare them.
  private record Named(String text, Schedule rule) implements Schedule {
    @Override
    public double factor(Moment moment) {
      return rule.factor(moment);
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private static Schedule named(String name, List<?> options, Schedule rule) {
    return new Named(
        options.stream().map(Object::toString).collect(joining(", ", name + "(", ")")), rule);
  }

  /// The optimizer's own rate all the time.
  public static Schedule constant() {
    return named("constant", List.of(), _ -> 1);
  }

  /// Multiplied by a factor whenever so many epochs have passed (PyTorch's `StepLR`).
  public static Schedule stepDecay(int epochs, double factor) {
    positive("stepDecay", "epochs", epochs);
    positive("stepDecay", "factor", factor);
    return named(
        "stepDecay",
        List.of(epochs, factor),
        moment -> Math.pow(factor, Math.floorDiv(moment.epochsPassed(), epochs)));
  }

  /// Multiplied by a factor when each of these epochs begins, counted from 0 (PyTorch's
  /// `MultiStepLR`).
  public static Schedule multiStep(double factor, int... epochs) {
    positive("multiStep", "factor", factor);
    int[] starts = epochs.clone();
    return named(
        "multiStep",
        List.of(factor, Arrays.toString(starts)),
        moment ->
            Math.pow(
                factor,
                Arrays.stream(starts).filter(start -> start <= moment.epochsPassed()).count()));
  }

  /// Multiplied by a factor whenever an epoch has passed (PyTorch's `ExponentialLR`).
  public static Schedule exponential(double factor) {
    return stepDecay(1, factor);
  }

  /// Down to 0 along half a wave of the cosine, over all steps (Loshchilov and Hutter,
  /// arXiv:1608.03983; PyTorch's `CosineAnnealingLR`).
  public static Schedule cosine() {
    return cosine(0);
  }

  /// Down to a share of the rate along half a wave of the cosine, over all steps.
  public static Schedule cosine(double least) {
    share("cosine", "least", least);
    return named(
        "cosine",
        List.of(least),
        moment -> wave(1, least, progress(moment.step(), moment.totalSteps())));
  }

  /// Down to a share of the rate along half a wave of the cosine, again and again (PyTorch's
  /// `CosineAnnealingWarmRestarts`).
  ///
  /// A wave takes a whole number of steps, its length in epochs rounded to them.
  ///
  /// @param epochs how long the first wave lasts
  /// @param growth how many times as long each next one lasts, 1 or more
  public static Schedule cosineRestarts(double epochs, double growth, double least) {
    positive("cosineRestarts", "epochs", epochs);
    share("cosineRestarts", "least", least);
    if (!(growth >= 1) || Double.isInfinite(growth)) {
      throw outOfRange("cosineRestarts", "growth", growth);
    }
    return named(
        "cosineRestarts",
        List.of(epochs, growth, least),
        moment -> {
          double exact = epochs * moment.stepsPerEpoch();
          long length = wholeSteps(exact);
          long start = growth == 1 ? moment.step() / length * length : 0;
          while (moment.step() - start >= length) {
            start += length;
            exact *= growth;
            length = wholeSteps(exact);
          }
          return wave(1, least, (double) (moment.step() - start) / length);
        });
  }

  private static long wholeSteps(double length) {
    return Math.max(1, Math.round(length));
  }

  /// From one share of the rate to another in a straight line, over all steps (PyTorch's
  /// `LinearLR`).
  public static Schedule linear(double first, double last) {
    notNegative("linear", "first", first);
    notNegative("linear", "last", last);
    return named(
        "linear",
        List.of(first, last),
        moment -> line(first, last, progress(moment.step(), moment.totalSteps())));
  }

  /// `(1 - step / totalSteps)^power` (PyTorch's `PolynomialLR`).
  public static Schedule polynomial(double power) {
    positive("polynomial", "power", power);
    return named(
        "polynomial",
        List.of(power),
        moment -> Math.pow(1 - progress(moment.step(), moment.totalSteps()), power));
  }

  /// Another schedule behind a warm-up: in the first steps the rate rises in a straight line, from
  /// `1 / (steps + 1)` of it. For the other the training begins behind the warm-up.
  public static Schedule warmUp(long steps, Schedule then) {
    positive("warmUp", "steps", steps);
    return warmUp(steps, 1.0 / (steps + 1), then);
  }

  /// Another schedule behind a warm-up that starts from a share of the rate.
  public static Schedule warmUp(long steps, double first, Schedule then) {
    positive("warmUp", "steps", steps);
    notNegative("warmUp", "first", first);
    return named(
        "warmUp",
        List.of(steps, first, then),
        moment ->
            moment.step() < steps
                ? line(first, 1, (double) moment.step() / steps)
                : then.factor(moment.after(steps)));
  }

  /// Up and down again in one cycle (Smith and Topin, arXiv:1708.07120; PyTorch's `OneCycleLR`):
  /// from 1/25 of the rate up to it in 30 % of the steps, then down to 1/10,000 of the first.
  public static Schedule oneCycle() {
    return oneCycle(0.3, 25, 1e4);
  }

  /// Up and down again in one cycle, along half waves of the cosine. The momentum is left alone.
  ///
  /// @param rise the share of the steps in which the rate rises
  /// @param divisor how many times smaller than the rate the first is
  /// @param finalDivisor how many times smaller than the first the last is
  public static Schedule oneCycle(double rise, double divisor, double finalDivisor) {
    share("oneCycle", "rise", rise);
    positive("oneCycle", "divisor", divisor);
    positive("oneCycle", "finalDivisor", finalDivisor);
    double first = 1 / divisor;
    return named(
        "oneCycle",
        List.of(rise, divisor, finalDivisor),
        moment -> {
          double peak = rise * moment.totalSteps() - 1;
          double end = moment.totalSteps() - 1.0;
          return moment.step() <= peak
              ? wave(first, 1, peak == 0 ? 1 : moment.step() / peak)
              : wave(1, first / finalDivisor, Math.min(1, (moment.step() - peak) / (end - peak)));
        });
  }

  /// Multiplied by a factor when what is monitored has not become smaller for more than `patience`
  /// epochs (PyTorch's `ReduceLROnPlateau`).
  public static Plateau plateau(double factor, int patience) {
    return new Plateau(factor, patience, 1e-4, 0, 0);
  }

  /// The share of the way, from 0 to 1.
  private static double progress(long step, long total) {
    return total == 0 ? 1 : Math.min(1, (double) step / total);
  }

  private static double line(double from, double to, double share) {
    return from + (to - from) * share;
  }

  private static double wave(double from, double to, double share) {
    return to + (from - to) * (1 + Math.cos(Math.PI * share)) / 2;
  }

  static void positive(String schedule, String name, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw outOfRange(schedule, name, value);
    }
  }

  static void notNegative(String schedule, String name, double value) {
    Options.notNegative(schedule, name, value);
  }

  static void share(String schedule, String name, double value) {
    Options.atMostOne(schedule, name, value);
  }

  private static MerapiException outOfRange(String schedule, String name, double value) {
    return MerapiException.of(Kind.ARGUMENT, schedule + ": option out of range").with(name, value);
  }
}
