package dev.merapi.train;

import dev.merapi.Tensor;

/// How the losses of positions become one number. What PyTorch calls `none` is [Loss#each].
public enum Reduction {
  /// Their mean: what counts more has more of it ([LossTerms]). PyTorch's default.
  MEAN {
    @Override
    public Tensor of(LossTerms terms) {
      return terms.mean();
    }
  },
  /// Their sum: a larger batch has a larger loss and gradient.
  SUM {
    @Override
    public Tensor of(LossTerms terms) {
      return terms.sum();
    }
  };

  /// The loss of a batch, `f32[]`.
  public abstract Tensor of(LossTerms terms);

  /// The loss of several batches, from the sums over all of them.
  public double of(double sum, double weight) {
    return this == SUM ? sum : sum / weight;
  }
}
