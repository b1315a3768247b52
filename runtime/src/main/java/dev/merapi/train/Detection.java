package dev.merapi.train;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.memory.HostTensor;

/// Precision, recall and F1: from how often each class was found, found wrongly, and missed.
final class Detection extends Sums {
  /// What is worked out of a class's counts; 0 where it is undefined, as in scikit-learn.
  @FunctionalInterface
  interface Score {
    double of(double found, double wrong, double missed);
  }

  private static final int FOUND = 0;
  private static final int WRONG = 1;
  private static final int MISSED = 2;
  private static final int COUNTS = 3;

  private final Answers answers;
  private final Average average;
  private final Score score;
  private final int classes;

  private Detection(Answers answers, int classes, Average average, Score score) {
    super(COUNTS * classes);
    this.answers = answers;
    this.classes = classes;
    this.average = average;
    this.score = score;
  }

  static Detection of(String name, Metric.Subject subject, Average average, Score score) {
    Answers answers = Answers.of(name, subject);
    int classes =
        switch (answers) {
          case Answers.Classes each -> each.classes();
          case Answers.Labels labels -> labels.labels();
        };
    int most = answers instanceof Answers.Classes ? 2 : 1;
    if (average == Average.BINARY && classes > most) {
      throw MerapiException.of(Kind.ARGUMENT, name + ": there is more than yes and no")
          .with("classes", classes)
          .hint("say how to average: " + name + "(Average.MACRO)");
    }
    return new Detection(answers, classes, average, score);
  }

  static double precision(double found, double wrong, double missed) {
    return share(found, found + wrong);
  }

  static double recall(double found, double wrong, double missed) {
    return share(found, found + missed);
  }

  static double f1(double found, double wrong, double missed) {
    return share(2 * found, 2 * found + wrong + missed);
  }

  @Override
  public void add(HostTensor output, HostTensor target, SampleWeights weights) {
    switch (answers) {
      case Answers.Classes each -> {
        int positions = each.positions(target);
        for (int position = 0; position < positions; position++) {
          if (each.counts(target, position)) {
            count(
                each.actual(target, position),
                each.predicted(output, position),
                weights.of(each.row(position)));
          }
        }
      }
      case Answers.Labels labels -> {
        for (int i = 0; i < output.elements(); i++) {
          boolean actual = Answers.Labels.actual(target, i);
          boolean predicted = labels.predicted(output, i);
          if (actual || predicted) {
            int what = actual ? predicted ? FOUND : MISSED : WRONG;
            add(i % classes, what, weights.of(labels.row(i)));
          }
        }
      }
    }
  }

  private void count(int actual, int predicted, double weight) {
    if (actual == predicted) {
      add(actual, FOUND, weight);
    } else {
      add(actual, MISSED, weight);
      add(predicted, WRONG, weight);
    }
  }

  private void add(int of, int what, double weight) {
    sums[COUNTS * of + what] += weight;
  }

  private double get(int of, int what) {
    return sums[COUNTS * of + what];
  }

  @Override
  public double result() {
    return switch (average) {
      case BINARY -> score(classes - 1);
      case MICRO -> score.of(sum(FOUND), sum(WRONG), sum(MISSED));
      case MACRO -> mean();
      case WEIGHTED -> weighted();
    };
  }

  private double score(int of) {
    return score.of(get(of, FOUND), get(of, WRONG), get(of, MISSED));
  }

  private double sum(int what) {
    double sum = 0;
    for (int each = 0; each < classes; each++) {
      sum += get(each, what);
    }
    return sum;
  }

  private double mean() {
    double sum = 0;
    int counted = 0;
    for (int each = 0; each < classes; each++) {
      double occurs = get(each, FOUND) + get(each, WRONG) + get(each, MISSED);
      if (occurs > 0 || answers instanceof Answers.Labels) {
        sum += score(each);
        counted++;
      }
    }
    return sum / counted;
  }

  private double weighted() {
    double sum = 0;
    double weights = 0;
    for (int each = 0; each < classes; each++) {
      double weight = get(each, FOUND) + get(each, MISSED);
      sum += weight * score(each);
      weights += weight;
    }
    return share(sum, weights);
  }
}
