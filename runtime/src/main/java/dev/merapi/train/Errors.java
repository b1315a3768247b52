package dev.merapi.train;

import dev.merapi.MerapiException;
import dev.merapi.memory.HostTensor;
import java.util.function.DoubleUnaryOperator;

/// Differences between numbers and what they should be.
final class Errors {
  private Errors() {}

  /// @throws MerapiException of kind `SHAPE` unless both are numbers of one type
  private static int elements(String name, Metric.Subject subject) {
    if (!subject.output().equals(subject.target())) {
      throw Answers.unsuitable(name, subject).hint("takes two of one type f32[N,...]");
    }
    return Answers.elements(subject.output().shape(), 1, name, subject);
  }

  /// The mean over all elements of a function of the difference, and a function of that mean.
  static Metric.Meter mean(
      String name, Metric.Subject subject, DoubleUnaryOperator ofEach, DoubleUnaryOperator ofMean) {
    int row = elements(name, subject);
    return new Sums(2) {
      @Override
      public void add(HostTensor output, HostTensor target, SampleWeights weights) {
        for (int i = 0; i < output.elements(); i++) {
          double weight = weights.of(i / row);
          double difference = (double) output.getFloat(i) - target.getFloat(i);
          sums[0] += weight * ofEach.applyAsDouble(difference);
          sums[1] += weight;
        }
      }

      @Override
      public double result() {
        return ofMean.applyAsDouble(sums[0] / sums[1]);
      }
    };
  }

  /// The coefficient of determination, the mean over the outputs of one row.
  static Metric.Meter r2(String name, Metric.Subject subject) {
    return new Determination(elements(name, subject));
  }

  /// For each output its rows, their weight, the mean of the targets, the squares of their
  /// distances from it, and the squares of the errors; the former by Welford's method, which does
  /// not cancel.
  private static final class Determination extends Sums {
    private static final int ROWS = 0;
    private static final int WEIGHT = 1;
    private static final int MEAN = 2;
    private static final int SPREAD = 3;
    private static final int ERROR = 4;
    private static final int COUNTS = 5;

    private final int outputs;

    Determination(int outputs) {
      super(COUNTS * outputs);
      this.outputs = outputs;
    }

    @Override
    public void add(HostTensor output, HostTensor target, SampleWeights weights) {
      for (int i = 0; i < output.elements(); i++) {
        double weight = weights.of(i / outputs);
        if (weight > 0) {
          add(COUNTS * (i % outputs), output.getFloat(i), target.getFloat(i), weight);
        }
      }
    }

    private void add(int at, double got, double wanted, double weight) {
      double distance = wanted - sums[at + MEAN];
      sums[at + ROWS]++;
      sums[at + WEIGHT] += weight;
      sums[at + MEAN] += distance * weight / sums[at + WEIGHT];
      sums[at + SPREAD] += weight * distance * (wanted - sums[at + MEAN]);
      sums[at + ERROR] += weight * (got - wanted) * (got - wanted);
    }

    @Override
    public double result() {
      double sum = 0;
      for (int each = 0; each < outputs; each++) {
        sum += of(COUNTS * each);
      }
      return sum / outputs;
    }

    /// Targets that are all the same leave nothing to explain: 1 if they are met, else 0.
    private double of(int at) {
      if (sums[at + ROWS] < 2) {
        return Double.NaN;
      }
      if (sums[at + SPREAD] == 0) {
        return sums[at + ERROR] == 0 ? 1 : 0;
      }
      return 1 - sums[at + ERROR] / sums[at + SPREAD];
    }
  }
}
