package dev.merapi.nn;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.WindowGeometry;
import java.util.List;

/// Joins the elements under a sliding window, for each channel: `f32[N, C, H, W] -> f32[N, C, H',
/// W']` with sizes as of [Conv2d].
///
/// The average counts padding as zeros and divides by the window's size, as PyTorch does by
/// default. The options give changed copies: `maxPool(3).stride(2).padding(1)`.
public final class Pool2d extends Module {
  private final Monoid monoid;
  private final long kernel;
  private final long stride;
  private final long padding;

  private Pool2d(Monoid monoid, long kernel, long stride, long padding) {
    if (kernel < 1 || stride < 1 || padding < 0 || padding > kernel / 2) {
      throw MerapiException.of(Kind.ARGUMENT, "pool2d: sizes out of range")
          .with("kernel", kernel)
          .with("stride", stride)
          .with("padding", padding)
          .hint("at most half of the kernel may be padding");
    }
    this.monoid = monoid;
    this.kernel = kernel;
    this.stride = stride;
    this.padding = padding;
  }

  /// The largest element of each square; squares lie side by side.
  public static Pool2d max(long kernel) {
    return new Pool2d(Monoid.MAX, kernel, kernel, 0);
  }

  /// The mean of each square; squares lie side by side.
  public static Pool2d average(long kernel) {
    return new Pool2d(Monoid.SUM, kernel, kernel, 0);
  }

  /// The distance of neighbouring windows.
  public Pool2d stride(long distance) {
    return new Pool2d(monoid, kernel, distance, padding);
  }

  /// Padding on every side.
  public Pool2d padding(long size) {
    return new Pool2d(monoid, kernel, stride, size);
  }

  @Override
  protected Tensor forward(Tensor x) {
    var window =
        WindowGeometry.of(
            List.of(kernel, kernel), List.of(stride, stride), List.of(padding, padding));
    Tensor joined = Tensor.build((builder, xs) -> builder.window(monoid, xs.getFirst(), window), x);
    return monoid == Monoid.SUM ? joined.over(kernel * kernel) : joined;
  }

  @Override
  protected String settings() {
    return kernel + ", stride=" + stride + (padding == 0 ? "" : ", padding=" + padding);
  }

  @Override
  public String kind() {
    return monoid == Monoid.MAX ? "MaxPool2d" : "AvgPool2d";
  }
}
