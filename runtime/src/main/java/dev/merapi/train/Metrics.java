package dev.merapi.train;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.util.Locale;
import java.util.function.Function;

/// The usual metrics, for static import.
///
/// Classifiers are read in one of two ways: outputs `f32[N,classes,...]` (scores, probabilities or
/// their logarithms) with class numbers `i32[N,...]` as targets, or a yes or no for each element
/// where both are `f32[N,...]`. There, an output above 0.5 means yes, or above 0 where the loss
/// takes logits ([Loss#boundary]); a target means yes if it is above 0.5.
public final class Metrics {
  private Metrics() {}

  private record Named(
      String name, Direction direction, Function<Metric.Subject, Metric.Meter> meters)
      implements Metric {
    @Override
    public Meter meter(Subject subject) {
      return meters.apply(subject);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Metric higher(String name, Function<Metric.Subject, Metric.Meter> meters) {
    return new Named(name, Direction.HIGHER, meters);
  }

  private static Metric lower(String name, Function<Metric.Subject, Metric.Meter> meters) {
    return new Named(name, Direction.LOWER, meters);
  }

  /// The share of right answers: of classes, of yes or no, or over all labels of all rows.
  public static Metric accuracy() {
    return higher("accuracy", subject -> Accuracy.each("accuracy", subject));
  }

  /// The share of rows whose labels are all right (scikit-learn's accuracy of multi-label answers).
  public static Metric exactMatch() {
    return higher("exact_match", subject -> Accuracy.rows("exactMatch", subject));
  }

  /// The share of rows whose class is among those of the `k` highest scores.
  public static Metric topK(int k) {
    if (k < 1) {
      throw MerapiException.of(Kind.ARGUMENT, "topK: counts at least one class").with("k", k);
    }
    return higher(
        "top_" + k,
        subject ->
            switch (Answers.of("topK", subject)) {
              case Answers.Classes classes -> Accuracy.top(classes, k);
              case Answers.Labels _ ->
                  throw Answers.unsuitable("topK", subject).hint("for yes or no use accuracy()");
            });
  }

  /// Of the rows said to be yes, the share that are.
  public static Metric precision() {
    return precision(Average.BINARY);
  }

  /// As [#precision()], over several classes.
  public static Metric precision(Average average) {
    return detection("precision", average, Detection::precision);
  }

  /// Of the rows that are yes, the share said to be.
  public static Metric recall() {
    return recall(Average.BINARY);
  }

  /// As [#recall()], over several classes.
  public static Metric recall(Average average) {
    return detection("recall", average, Detection::recall);
  }

  /// The harmonic mean of precision and recall.
  public static Metric f1() {
    return f1(Average.BINARY);
  }

  /// As [#f1()], over several classes: the mean is of their F1s.
  public static Metric f1(Average average) {
    return detection("f1", average, Detection::f1);
  }

  private static Metric detection(String name, Average average, Detection.Score score) {
    String suffix = average == Average.BINARY ? "" : "_" + average.name().toLowerCase(Locale.ROOT);
    return higher(name + suffix, subject -> Detection.of(name, subject, average, score));
  }

  /// The area under the ROC curve, exact and with ties counting half, for two classes or yes and
  /// no; the mean over several labels. It keeps every score.
  public static Metric auc() {
    return higher("auc", subject -> Ranking.of("auc", subject));
  }

  /// The mean square of the error; named `mse` in a history.
  public static Metric meanSquaredError() {
    return lower("mse", subject -> Errors.mean("mse", subject, x -> x * x, x -> x));
  }

  /// The root of the mean square of the error.
  public static Metric rmse() {
    return lower("rmse", subject -> Errors.mean("rmse", subject, x -> x * x, Math::sqrt));
  }

  /// The mean size of the error; named `mae` in a history.
  public static Metric meanAbsoluteError() {
    return lower("mae", subject -> Errors.mean("mae", subject, Math::abs, x -> x));
  }

  /// The coefficient of determination: the share of the targets' variance that is explained, the
  /// mean over several outputs. 1 is perfect, 0 is as good as always saying the mean.
  public static Metric r2() {
    return higher("r2", subject -> Errors.r2("r2", subject));
  }
}
