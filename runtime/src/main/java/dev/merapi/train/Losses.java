package dev.merapi.train;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.graph.DType;
import dev.merapi.graph.Dim;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.ops.Elementwise;
import java.util.ArrayList;
import java.util.stream.IntStream;

/// The usual losses, for static import. Each is the mean over all elements, as PyTorch's are by
/// default.
public final class Losses {
  private Losses() {}

  /// The difference between class scores and the true classes: outputs `f32[N, classes, ...]`
  /// before any softmax, targets `i32[N, ...]` from 0 to `classes - 1`.
  ///
  /// A target outside that range is an error of kind `INDEX` at the run that meets it.
  public static Loss crossEntropy() {
    return new Classes("crossEntropy") {
      @Override
      public Tensor of(Tensor output, Tensor target) {
        return chosen(output.logSoftmax(1), target).mean().negate();
      }
    };
  }

  /// As [#crossEntropy()], for outputs that are logarithms of probabilities already.
  public static Loss negativeLogLikelihood() {
    return new Classes("negativeLogLikelihood") {
      @Override
      public Tensor of(Tensor output, Tensor target) {
        return chosen(output, target).mean().negate();
      }
    };
  }

  /// The mean square of the difference; targets have the type of the output.
  public static Loss mse() {
    return new Alike("mse") {
      @Override
      Tensor each(Tensor output, Tensor target) {
        return output.minus(target).square();
      }
    };
  }

  /// Binary cross-entropy: outputs are probabilities, targets of the same type lie in `[0, 1]`.
  public static Loss bce() {
    return new Alike("bce") {
      @Override
      Tensor each(Tensor output, Tensor target) {
        return output.map(Elementwise.BINARY_CROSS_ENTROPY, target);
      }
    };
  }

  /// Binary cross-entropy of the sigmoid of the outputs, without the loss of digits.
  public static Loss bceWithLogits() {
    return new Alike("bceWithLogits") {
      @Override
      Tensor each(Tensor output, Tensor target) {
        return output.map(Elementwise.BINARY_CROSS_ENTROPY_WITH_LOGITS, target);
      }

      @Override
      public double boundary() {
        return 0;
      }
    };
  }

  /// A loss of class scores along axis 1.
  private abstract static class Classes implements Loss {
    private final String name;

    Classes(String name) {
      this.name = name;
    }

    @Override
    public TensorType target(TensorType output) {
      if (output.rank() < 2 || output.dtype() != DType.F32) {
        throw MerapiException.of(Kind.SHAPE, name + ": takes f32[N,classes,...]")
            .with("output", output)
            .hint("for one score use bce()");
      }
      var dims = new ArrayList<Dim>(output.shape().dims());
      dims.remove(1);
      return new TensorType(DType.I32, new Shape(dims));
    }

    /// The score of the true class, for each position.
    static Tensor chosen(Tensor scores, Tensor target) {
      int last = scores.rank() - 1;
      int[] order =
          IntStream.rangeClosed(0, last).map(i -> i == 0 ? 0 : i == last ? 1 : i + 1).toArray();
      return scores.permute(order).gather(last, last, target);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /// A loss between outputs and targets of one type, element by element.
  private abstract static class Alike implements Loss {
    private final String name;

    Alike(String name) {
      this.name = name;
    }

    abstract Tensor each(Tensor output, Tensor target);

    @Override
    public TensorType target(TensorType output) {
      if (output.dtype() != DType.F32) {
        throw MerapiException.of(Kind.SHAPE, name + ": takes f32").with("output", output);
      }
      return output;
    }

    @Override
    public Tensor of(Tensor output, Tensor target) {
      return each(output, target).mean();
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
