package dev.merapi.train;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.memory.HostTensor;
import java.util.Arrays;

/// The area under the ROC curve: how likely a row that is yes has a higher score than one that is
/// no, ties counting half. Exact: it keeps every score.
final class Ranking implements Metric.Meter {
  private final Answers answers;
  private final Scores[] yes;
  private final Scores[] no;

  private Ranking(Answers answers, int labels) {
    this.answers = answers;
    yes = new Scores[labels];
    no = new Scores[labels];
    Arrays.setAll(yes, _ -> new Scores());
    Arrays.setAll(no, _ -> new Scores());
  }

  static Ranking of(String name, Metric.Subject subject) {
    return switch (Answers.of(name, subject)) {
      case Answers.Labels labels -> new Ranking(labels, labels.labels());
      case Answers.Classes two when two.classes() == 2 -> new Ranking(two, 1);
      case Answers.Classes several ->
          throw MerapiException.of(Kind.ARGUMENT, name + ": takes two classes, or labels")
              .with("classes", several.classes());
    };
  }

  /// Numbers in an array that grows by doubling.
  private static final class Scores {
    private double[] values = new double[16];
    private int count;

    void add(double value) {
      if (count == values.length) {
        values = Arrays.copyOf(values, 2 * count);
      }
      values[count++] = value;
    }

    double[] toArray() {
      return Arrays.copyOf(values, count);
    }
  }

  @Override
  public void add(HostTensor output, HostTensor target) {
    switch (answers) {
      case Answers.Labels _ -> {
        for (int i = 0; i < output.elements(); i++) {
          add(i % yes.length, Answers.Labels.actual(target, i), output.getFloat(i));
        }
      }
      case Answers.Classes classes -> {
        int positions = classes.positions(target);
        for (int position = 0; position < positions; position++) {
          if (classes.counts(target, position)) {
            double first = classes.score(output, position, 0);
            double second = classes.score(output, position, 1);
            add(0, classes.actual(target, position) == 1, second - first);
          }
        }
      }
    }
  }

  private void add(int label, boolean actual, double score) {
    (actual ? yes : no)[label].add(score);
  }

  /// The mean over the labels.
  @Override
  public double result() {
    double sum = 0;
    for (int label = 0; label < yes.length; label++) {
      sum += area(yes[label].toArray(), no[label].toArray());
    }
    return sum / yes.length;
  }

  /// NaN where one side is empty or a score is NaN.
  static double area(double[] yes, double[] no) {
    Arrays.sort(yes);
    Arrays.sort(no); // NaN comes last
    if (yes.length == 0
        || no.length == 0
        || Double.isNaN(yes[yes.length - 1] + no[no.length - 1])) {
      return Double.NaN;
    }
    double pairs = 0;
    int below = 0;
    int notAbove = 0;
    for (double score : yes) {
      while (below < no.length && no[below] < score) {
        below++;
      }
      while (notAbove < no.length && no[notAbove] <= score) {
        notAbove++;
      }
      pairs += (below + notAbove) / 2.0;
    }
    return pairs / yes.length / no.length;
  }

  /// For each label: the number of scores that are yes, those, the number of the others, those.
  @Override
  public double[] state() {
    var all = new Scores();
    for (int label = 0; label < yes.length; label++) {
      put(yes[label], all);
      put(no[label], all);
    }
    return all.toArray();
  }

  private static void put(Scores scores, Scores into) {
    into.add(scores.count);
    for (int i = 0; i < scores.count; i++) {
      into.add(scores.values[i]);
    }
  }

  @Override
  public void restore(double[] state) {
    int at = 0;
    for (int label = 0; label < yes.length; label++) {
      yes[label] = take(state, at);
      at += 1 + yes[label].count;
      no[label] = take(state, at);
      at += 1 + no[label].count;
    }
  }

  private static Scores take(double[] state, int at) {
    if (at >= state.length || !(state[at] >= 0 && state[at] < state.length - at)) {
      throw MerapiException.of(Kind.ARGUMENT, "metric: the state is another metric's")
          .with("numbers", state.length);
    }
    var scores = new Scores();
    for (int i = 1; i <= state[at]; i++) {
      scores.add(state[at + i]);
    }
    return scores;
  }
}
