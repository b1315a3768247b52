package dev.merapi.nn;

import dev.merapi.Tensor;
import java.util.function.UnaryOperator;

/// Short names of the layers, for static import.
public final class Layers {
  private Layers() {}

  /// Modules one after the other.
  public static Sequential sequential(Module... parts) {
    return Sequential.of(parts);
  }

  /// A fully connected layer with a bias.
  public static Dense dense(long in, long out) {
    return Dense.of(in, out);
  }

  /// A convolution with a square kernel and a bias.
  public static Conv2d conv2d(long in, long out, long kernel) {
    return Conv2d.of(in, out, kernel);
  }

  /// The largest element of each square of that size.
  public static Pool2d maxPool(long kernel) {
    return Pool2d.max(kernel);
  }

  /// The mean of each square of that size.
  public static Pool2d avgPool(long kernel) {
    return Pool2d.average(kernel);
  }

  /// Joins all axes behind the first: `[N, C, H, W] -> [N, C*H*W]`.
  public static Module flatten() {
    return new Lambda("Flatten", x -> x.flatten(1));
  }

  /// A layer without parameters, made of a function.
  public static Module lambda(String name, UnaryOperator<Tensor> function) {
    return new Lambda(name, function);
  }
}
