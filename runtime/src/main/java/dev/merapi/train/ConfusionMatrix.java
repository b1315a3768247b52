package dev.merapi.train;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.memory.HostTensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// How often each class was taken for each. Rows are counted, whatever weights they have.
///
/// @param counts a row for each true class, with how often it was predicted as each class
public record ConfusionMatrix(List<List<Long>> counts) {
  /// @throws MerapiException of kind `SHAPE` unless it is a square
  public ConfusionMatrix {
    int classes = counts.size();
    counts = counts.stream().map(List::copyOf).toList();
    if (counts.stream().anyMatch(row -> row.size() != classes)) {
      throw MerapiException.of(Kind.SHAPE, "confusion matrix: is a square").with("rows", counts);
    }
  }

  /// Adds up batches. Used by one thread.
  public static final class Counter {
    private final Answers answers;
    private final long[][] counts;

    private Counter(Answers answers) {
      this.answers = answers;
      int classes = answers instanceof Answers.Classes several ? several.classes() : 2;
      counts = new long[classes][classes];
    }

    /// Adds the rows of a batch.
    public void add(HostTensor output, HostTensor target) {
      switch (answers) {
        case Answers.Classes classes -> {
          for (int i = 0; i < classes.positions(target); i++) {
            if (classes.counts(target, i)) {
              counts[classes.actual(target, i)][classes.predicted(output, i)]++;
            }
          }
        }
        case Answers.Labels labels -> {
          for (int i = 0; i < output.elements(); i++) {
            int actual = Answers.Labels.actual(target, i) ? 1 : 0;
            counts[actual][labels.predicted(output, i) ? 1 : 0]++;
          }
        }
      }
    }

    /// What was counted so far.
    public ConfusionMatrix result() {
      return new ConfusionMatrix(
          Arrays.stream(counts).map(row -> Arrays.stream(row).boxed().toList()).toList());
    }
  }

  /// Counts classes, or no (0) and yes (1) over all labels.
  ///
  /// @throws MerapiException of kind `SHAPE` if outputs and targets are not those of a classifier
  public static Counter counter(Metric.Subject subject) {
    return new Counter(Answers.of("confusion matrix", subject));
  }

  /// The number of classes.
  public int classes() {
    return counts.size();
  }

  /// How often a true class was predicted as another or itself.
  public long count(int actual, int predicted) {
    return counts.get(actual).get(predicted);
  }

  /// How often a class occurred.
  public long actual(int of) {
    return counts.get(of).stream().mapToLong(Long::longValue).sum();
  }

  /// How often a class was predicted.
  public long predicted(int of) {
    return counts.stream().mapToLong(row -> row.get(of)).sum();
  }

  /// The share of right answers.
  public double accuracy() {
    double right = 0;
    double all = 0;
    for (int each = 0; each < classes(); each++) {
      right += count(each, each);
      all += actual(each);
    }
    return right / all;
  }

  /// Of the times a class was predicted, the share that it was right; 0 if it never was.
  public double precision(int of) {
    return Sums.share(count(of, of), predicted(of));
  }

  /// Of the times a class occurred, the share that it was predicted; 0 if it never did.
  public double recall(int of) {
    return Sums.share(count(of, of), actual(of));
  }

  /// The harmonic mean of precision and recall of a class.
  public double f1(int of) {
    return Sums.share(2.0 * count(of, of), actual(of) + predicted(of));
  }

  /// A table: rows are true classes, columns predicted ones.
  @Override
  public String toString() {
    int width =
        Math.max(
            5,
            counts.stream()
                    .flatMap(List::stream)
                    .mapToInt(count -> count.toString().length())
                    .max()
                    .orElse(0)
                + 1);
    var text = new StringBuilder("true");
    for (int each = 0; each < classes(); each++) {
      text.append(String.format(Locale.ROOT, "%" + width + "d", each));
    }
    text.append("   recall\n");
    for (int actual = 0; actual < classes(); actual++) {
      text.append(String.format(Locale.ROOT, "%4d", actual));
      for (long count : counts.get(actual)) {
        text.append(String.format(Locale.ROOT, "%" + width + "d", count));
      }
      text.append(String.format(Locale.ROOT, "%9.4f\n", recall(actual)));
    }
    return text.toString();
  }
}
