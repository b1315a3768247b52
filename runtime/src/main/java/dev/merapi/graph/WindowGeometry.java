package dev.merapi.graph;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// How a window slides over the spatial axes of `[N,C,spatial...]`; one entry an axis.
///
/// No number of it and no padded size is beyond [#MOST_PLACES]. This is the one rule that all who
/// compute with windows and convolutions rely on: sums of a few such numbers are within 31 bits,
/// products of two within 63.
public record WindowGeometry(
    List<Long> kernel,
    List<Long> strides,
    List<Long> padLow,
    List<Long> padHigh,
    List<Long> dilations) {
  /// The most places that a window slides over along an axis, padding included.
  public static final long MOST_PLACES = 1L << 28;

  public WindowGeometry {
    kernel = List.copyOf(kernel);
    strides = List.copyOf(strides);
    padLow = List.copyOf(padLow);
    padHigh = List.copyOf(padHigh);
    dilations = List.copyOf(dilations);
    int rank = kernel.size();
    boolean fits =
        strides.size() == rank
            && padLow.size() == rank
            && padHigh.size() == rank
            && dilations.size() == rank
            && kernel.stream().allMatch(size -> size >= 1)
            && strides.stream().allMatch(stride -> stride >= 1)
            && dilations.stream().allMatch(dilation -> dilation >= 1)
            && padLow.stream().allMatch(pad -> pad >= 0)
            && padHigh.stream().allMatch(pad -> pad >= 0);
    if (!fits) {
      throw MerapiException.of(Kind.SHAPE, "window: geometry does not fit")
          .with("kernel", kernel)
          .with("strides", strides)
          .with("padLow", padLow)
          .with("padHigh", padHigh)
          .with("dilations", dilations);
    }
    for (List<Long> numbers : List.of(kernel, strides, padLow, padHigh, dilations)) {
      numbers.forEach(number -> checkPlaces(number));
    }
  }

  private static void checkPlaces(long places) {
    if (places > MOST_PLACES) {
      throw MerapiException.of(Kind.SHAPE, "window: larger than any that can be computed")
          .with("places", places)
          .with("limit", MOST_PLACES)
          .hint("kernel, strides, padding, dilations and each padded size must be within it");
    }
  }

  /// A window of that size, stride and symmetric padding, dilation 1.
  public static WindowGeometry of(List<Long> kernel, List<Long> strides, List<Long> padding) {
    return new WindowGeometry(
        kernel, strides, padding, padding, Collections.nCopies(kernel.size(), 1L));
  }

  /// The number of spatial axes.
  public int rank() {
    return kernel.size();
  }

  /// Whether strides are 1 and nothing is padded or dilated, along every axis.
  public boolean isPlain() {
    return strides.stream().allMatch(s -> s == 1)
        && padLow.stream().allMatch(p -> p == 0)
        && padHigh.stream().allMatch(p -> p == 0)
        && dilations.stream().allMatch(d -> d == 1);
  }

  /// The number of positions along a spatial axis of that size: `floor((size + pads - dilation *
  /// (kernel - 1) - 1) / stride) + 1`.
  ///
  /// @throws MerapiException of kind `SHAPE` if the padded size is smaller than the window or
  ///   beyond [#MOST_PLACES]; a symbolic size is checked when it is bound
  public Dim positions(int axis, Dim size) {
    long reach = dilations.get(axis) * (kernel.get(axis) - 1) + 1;
    if (size.isConstant()) {
      checkPlaces(size.value());
      checkPlaces(size.value() + padLow.get(axis) + padHigh.get(axis));
    }
    Dim room = size.plus(padLow.get(axis) + padHigh.get(axis) - reach);
    if (room.isConstant() && room.value() < 0) {
      throw MerapiException.of(Kind.SHAPE, "window: larger than the padded input")
          .with("axis", axis)
          .with("size", size)
          .with("window", reach)
          .with("padding", padLow.get(axis) + padHigh.get(axis))
          .hint(
              "take a window that fits: maxPool(height, width) has a size for each axis; pad, give"
                  + " larger images, or leave out a pooling before it");
    }
    return room.floorDiv(Dim.of(strides.get(axis))).plus(1);
  }

  /// The spatial sizes of the result for these spatial sizes.
  public List<Dim> positions(List<Dim> sizes) {
    var result = new ArrayList<Dim>();
    for (int axis = 0; axis < rank(); axis++) {
      result.add(positions(axis, sizes.get(axis)));
    }
    return result;
  }

  /// The type of the pooled operand.
  TensorType pooled(TensorType operand) {
    if (operand.rank() != rank() + 2 || !operand.dtype().isFloat()) {
      throw MerapiException.of(Kind.SHAPE, "window: takes f32[N,C,spatial...]")
          .with("operand", operand)
          .with("kernel", kernel);
    }
    var dims = new ArrayList<>(operand.shape().dims().subList(0, 2));
    dims.addAll(positions(operand.shape().dims().subList(2, operand.rank())));
    return operand.with(new Shape(dims));
  }
}
