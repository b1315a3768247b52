package dev.merapi.train;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.memory.HostTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;

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

  /// Scores with their weights, in turns, in an array that grows by doubling.
  private static final class Scores {
    private double[] values = new double[16];
    private int count;

    void add(double score, double weight) {
      if (count == values.length) {
        values = Arrays.copyOf(values, 2 * count);
      }
      values[count++] = score;
      values[count++] = weight;
    }

    /// By score; NaN comes last.
    List<Scored> sorted() {
      var all = new ArrayList<Scored>(count / 2);
      for (int i = 0; i < count; i += 2) {
        all.add(new Scored(values[i], values[i + 1]));
      }
      all.sort(Comparator.comparingDouble(Scored::score));
      return all;
    }
  }

  /// A score, and how much its row counts.
  record Scored(double score, double weight) {}

  @Override
  public void add(HostTensor output, HostTensor target, SampleWeights weights) {
    switch (answers) {
      case Answers.Labels labels -> {
        for (int i = 0; i < output.elements(); i++) {
          boolean actual = Answers.Labels.actual(target, i);
          add(i % yes.length, actual, output.getFloat(i), weights.of(labels.row(i)));
        }
      }
      case Answers.Classes classes -> {
        int positions = classes.positions(target);
        for (int position = 0; position < positions; position++) {
          if (classes.counts(target, position)) {
            double first = classes.score(output, position, 0);
            double second = classes.score(output, position, 1);
            boolean actual = classes.actual(target, position) == 1;
            add(0, actual, second - first, weights.of(classes.row(position)));
          }
        }
      }
    }
  }

  private void add(int label, boolean actual, double score, double weight) {
    if (weight > 0) {
      (actual ? yes : no)[label].add(score, weight);
    }
  }

  /// The mean over the labels.
  @Override
  public double result() {
    double sum = 0;
    for (int label = 0; label < yes.length; label++) {
      sum += area(yes[label].sorted(), no[label].sorted());
    }
    return sum / yes.length;
  }

  /// NaN where one side is empty or a score is NaN.
  private static double area(List<Scored> yes, List<Scored> no) {
    if (yes.isEmpty() || no.isEmpty() || Double.isNaN(yes.getLast().score + no.getLast().score)) {
      return Double.NaN;
    }
    double pairs = 0;
    double below = 0;
    double notAbove = 0;
    int lower = 0;
    int notHigher = 0;
    for (Scored each : yes) {
      while (lower < no.size() && no.get(lower).score < each.score) {
        below += no.get(lower++).weight;
      }
      while (notHigher < no.size() && no.get(notHigher).score <= each.score) {
        notAbove += no.get(notHigher++).weight;
      }
      pairs += each.weight * (below + notAbove) / 2;
    }
    return pairs / weight(yes) / weight(no);
  }

  private static double weight(List<Scored> scores) {
    return scores.stream().mapToDouble(Scored::weight).sum();
  }

  /// For each label: how many numbers belong to yes, those, how many to no, those.
  @Override
  public double[] state() {
    var all = DoubleStream.builder();
    for (int label = 0; label < yes.length; label++) {
      put(yes[label], all);
      put(no[label], all);
    }
    return all.build().toArray();
  }

  private static void put(Scores scores, DoubleStream.Builder into) {
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
    boolean fits =
        at < state.length && state[at] >= 0 && state[at] < state.length - at && state[at] % 2 == 0;
    if (!fits) {
      throw MerapiException.of(Kind.ARGUMENT, "metric: the state is another metric's")
          .with("numbers", state.length);
    }
    var scores = new Scores();
    for (int i = 1; i <= state[at]; i += 2) {
      scores.add(state[at + i], state[at + i + 1]);
    }
    return scores;
  }
}
