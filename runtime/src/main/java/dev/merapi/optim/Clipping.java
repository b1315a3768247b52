package dev.merapi.optim;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;

/// How gradients are bounded before the optimizer sees them.
public sealed interface Clipping {
  /// The bound.
  double largest();

  /// All gradients are multiplied by `largest / (norm + 1e-6)` where that is below 1; the norm is
  /// the root of the sum of the squares of all elements of all gradients (Pascanu et al.,
  /// arXiv:1211.5063), as PyTorch's `clip_grad_norm_` has it.
  record Norm(double largest) implements Clipping {
    public Norm {
      check("clipNorm", largest);
    }
  }

  /// Each element is held in `[-largest, largest]`.
  record Value(double largest) implements Clipping {
    public Value {
      check("clipValue", largest);
    }
  }

  private static void check(String name, double largest) {
    if (!(largest > 0) || Double.isInfinite(largest)) {
      throw MerapiException.of(Kind.ARGUMENT, name + ": a bound must be positive and finite")
          .with("largest", largest);
    }
  }
}
