package dev.merapi.train;

import dev.merapi.memory.HostTensor;

/// The shares of right answers.
final class Accuracy {
  private static final int RIGHT = 0;
  private static final int ALL = 1;

  private Accuracy() {}

  /// What is counted: the weights of what is right, and of all.
  private abstract static class Count extends Sums {
    Count() {
      super(2);
    }

    final void count(boolean right, double weight) {
      sums[RIGHT] += right ? weight : 0;
      sums[ALL] += weight;
    }

    @Override
    public double result() {
      return sums[RIGHT] / sums[ALL];
    }
  }

  /// Counts positions of classes, and each label by itself.
  static Metric.Meter each(String name, Metric.Subject subject) {
    return switch (Answers.of(name, subject)) {
      case Answers.Classes classes -> top(classes, 1);
      case Answers.Labels labels -> labels(labels, 1);
    };
  }

  /// Counts rows of which every label is right.
  static Metric.Meter rows(String name, Metric.Subject subject) {
    return switch (Answers.of(name, subject)) {
      case Answers.Classes classes -> top(classes, 1);
      case Answers.Labels labels -> labels(labels, labels.labels());
    };
  }

  /// Counts positions whose class is among the `k` highest scores; of equal scores the one of the
  /// lower class is higher.
  static Metric.Meter top(Answers.Classes classes, int k) {
    return new Count() {
      @Override
      public void add(HostTensor output, HostTensor target, SampleWeights weights) {
        int positions = classes.positions(target);
        for (int position = 0; position < positions; position++) {
          if (classes.counts(target, position)) {
            int actual = classes.actual(target, position);
            count(higher(output, position, actual) < k, weights.of(classes.row(position)));
          }
        }
      }

      private int higher(HostTensor output, int position, int actual) {
        float own = classes.score(output, position, actual);
        int higher = 0;
        for (int each = 0; each < classes.classes(); each++) {
          float score = classes.score(output, position, each);
          // Not a number is never right.
          boolean above = !(score < own) && (score != own || each < actual);
          higher += above && each != actual ? 1 : 0;
        }
        return Float.isNaN(own) ? classes.classes() : higher;
      }
    };
  }

  /// @param group how many neighbouring labels have to be right together
  private static Metric.Meter labels(Answers.Labels labels, int group) {
    return new Count() {
      @Override
      public void add(HostTensor output, HostTensor target, SampleWeights weights) {
        int groups = (int) (output.elements() / group);
        for (int each = 0; each < groups; each++) {
          boolean all = true;
          for (int i = each * group; i < (each + 1) * group; i++) {
            boolean known = !Float.isNaN(output.getFloat(i));
            all &= known && labels.predicted(output, i) == Answers.Labels.actual(target, i);
          }
          count(all, weights.of(labels.row(each * group)));
        }
      }
    };
  }
}
