package dev.merapi.nn;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.graph.Dim;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.WindowGeometry;
import dev.merapi.nn.SlidingWindow.Given;
import dev.merapi.nn.SlidingWindow.Rounding;
import java.util.List;

/// Joins the elements under a sliding window, for each channel: `f32[N, C, H, W] -> f32[N, C, H',
/// W']` with sizes as of [Conv2d].
///
/// The average counts padding as zeros and divides by the window's size, as PyTorch does by
/// default. The options give changed copies: `maxPool(3).stride(2).padding(1)`.
public final class Pool2d extends Module {
  /// What an average divides by.
  private enum Divisor {
    ALL,
    IMAGE
  }

  private final Monoid monoid;
  private final SlidingWindow window;
  private final Divisor divisor;

  private Pool2d(Monoid monoid, SlidingWindow window, Divisor divisor) {
    this.monoid = monoid;
    this.window = window;
    this.divisor = divisor;
    if (window.pads() instanceof Given(var low, var high)) {
      for (int axis = 0; axis < low.size(); axis++) {
        if (Math.max(low.get(axis), high.get(axis)) > window.kernel().get(axis) / 2) {
          throw MerapiException.of(Kind.ARGUMENT, "pool2d: sizes out of range")
              .with("kernel", window.kernel())
              .with("stride", window.strides())
              .with("padding", window.pads())
              .hint("at most half of the kernel may be padding");
        }
      }
    }
  }

  private static Pool2d of(Monoid monoid, long height, long width) {
    List<Long> kernel = List.of(height, width);
    if (height < 1 || width < 1) {
      throw MerapiException.of(Kind.ARGUMENT, "pool2d: sizes out of range").with("kernel", kernel);
    }
    return new Pool2d(monoid, SlidingWindow.of(kernel, kernel), Divisor.ALL);
  }

  /// The largest element of each square; squares lie side by side.
  public static Pool2d max(long kernel) {
    return of(Monoid.MAX, kernel, kernel);
  }

  /// The largest element of each rectangle; they lie side by side.
  public static Pool2d max(long height, long width) {
    return of(Monoid.MAX, height, width);
  }

  /// The mean of each square; squares lie side by side.
  public static Pool2d average(long kernel) {
    return of(Monoid.SUM, kernel, kernel);
  }

  /// The mean of each rectangle; they lie side by side.
  public static Pool2d average(long height, long width) {
    return of(Monoid.SUM, height, width);
  }

  private Pool2d with(SlidingWindow other) {
    return new Pool2d(monoid, other, divisor);
  }

  /// The distance of neighbouring windows.
  public Pool2d stride(long distance) {
    return stride(distance, distance);
  }

  /// The distance of neighbouring windows, along each axis.
  public Pool2d stride(long vertical, long horizontal) {
    if (vertical < 1 || horizontal < 1) {
      throw MerapiException.of(Kind.ARGUMENT, "pool2d: sizes out of range")
          .with("stride", List.of(vertical, horizontal));
    }
    return with(window.strides(vertical, horizontal));
  }

  /// Padding on every side, which is never the largest element.
  public Pool2d padding(long size) {
    return padding(size, size);
  }

  /// Padding above and below, and on the left and the right.
  public Pool2d padding(long vertical, long horizontal) {
    return padding(vertical, vertical, horizontal, horizontal);
  }

  /// Padding on each side.
  public Pool2d padding(long top, long bottom, long left, long right) {
    if (Math.min(Math.min(top, bottom), Math.min(left, right)) < 0) {
      throw MerapiException.of(Kind.ARGUMENT, "pool2d: sizes out of range")
          .with("padding", List.of(top, bottom, left, right));
    }
    return with(window.pads(new Given(List.of(top, left), List.of(bottom, right))));
  }

  /// Padding that is worked out. With [Padding#SAME] and [#ignoringPadding()] an average is
  /// Keras's.
  public Pool2d padding(Padding which) {
    return with(window.pads(SlidingWindow.of(which)));
  }

  /// With a last window that the image does not fill, if it begins within the image (PyTorch's
  /// `ceil_mode`): sizes are rounded up. Such a window of an average is divided by what it covers.
  public Pool2d ceilMode() {
    return with(window.rounding(Rounding.UP));
  }

  /// An average that divides by the number of elements of the image alone (PyTorch's
  /// `count_include_pad=False`).
  public Pool2d ignoringPadding() {
    return new Pool2d(monoid, window, Divisor.IMAGE);
  }

  @Override
  protected Tensor forward(Tensor x) {
    if (x.rank() != 4) {
      throw MerapiException.of(Kind.SHAPE, "pool2d: takes f32[N,channels,height,width]")
          .with("operand", x.type());
    }
    List<Dim> image = x.shape().dims().subList(2, 4);
    WindowGeometry geometry = window.over(image);
    Tensor joined = joined(monoid, x, geometry);
    if (monoid != Monoid.SUM) {
      return joined;
    }
    return divisor == Divisor.ALL && window.isFull(geometry)
        ? joined.over(window.kernel().get(0) * window.kernel().get(1))
        : joined.over(counts(image, geometry));
  }

  private static Tensor joined(Monoid monoid, Tensor x, WindowGeometry geometry) {
    return Tensor.build((builder, xs) -> builder.window(monoid, xs.getFirst(), geometry), x);
  }

  /// How many elements each window covers, `f32[1, 1, H', W']`.
  private Tensor counts(List<Dim> image, WindowGeometry geometry) {
    if (divisor == Divisor.IMAGE) {
      return joined(Monoid.SUM, ones(image.get(0), image.get(1)), geometry);
    }
    var low = geometry.padLow();
    var pads = window.rounding(Rounding.DOWN).over(image);
    List<Long> none = List.of(0L, 0L);
    var rest =
        List.of(
            geometry.padHigh().get(0) - pads.padHigh().get(0),
            geometry.padHigh().get(1) - pads.padHigh().get(1));
    var padded =
        ones(
            image.get(0).plus(low.get(0) + pads.padHigh().get(0)),
            image.get(1).plus(low.get(1) + pads.padHigh().get(1)));
    return joined(
        Monoid.SUM,
        padded,
        new WindowGeometry(
            geometry.kernel(), geometry.strides(), none, rest, geometry.dilations()));
  }

  private static Tensor ones(Dim height, Dim width) {
    return Tensor.full(TensorType.f32(1, 1, height, width), 1);
  }

  @Override
  protected String settings() {
    return SlidingWindow.text(window.kernel())
        + ", stride="
        + SlidingWindow.text(window.strides())
        + (window.pads().equals(SlidingWindow.NONE) ? "" : ", padding=" + padding())
        + (window.rounding() == Rounding.DOWN ? "" : ", ceil_mode=true")
        + (divisor == Divisor.ALL ? "" : ", count_include_pad=false");
  }

  private String padding() {
    return window.pads() instanceof Given(var low, var high) && low.equals(high)
        ? SlidingWindow.text(low)
        : window.pads().toString();
  }

  @Override
  public String kind() {
    return monoid == Monoid.MAX ? "MaxPool2d" : "AvgPool2d";
  }
}
