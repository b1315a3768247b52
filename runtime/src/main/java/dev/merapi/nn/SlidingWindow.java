package dev.merapi.nn;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Dim;
import dev.merapi.graph.WindowGeometry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// How a window slides over the two axes of an image: what convolutions and poolings share.
record SlidingWindow(
    List<Long> kernel, List<Long> strides, List<Long> dilations, Pads pads, Rounding rounding) {
  /// What becomes of a last window that the image does not fill.
  enum Rounding {
    DOWN,
    UP
  }

  /// What surrounds the image.
  sealed interface Pads {}

  /// So much before and behind, along each axis.
  record Given(List<Long> low, List<Long> high) implements Pads {
    @Override
    public String toString() {
      return low.equals(high) ? low.toString() : "[" + low + ", " + high + "]";
    }
  }

  /// See [Padding#SAME].
  record Same() implements Pads {
    @Override
    public String toString() {
      return "same";
    }
  }

  private static final List<Long> ONES = List.of(1L, 1L);
  static final Pads NONE = symmetric(0, 0);

  SlidingWindow {
    if (pads instanceof Given(var low, var high)) {
      new WindowGeometry(kernel, strides, low, high, dilations); // checks them
    }
  }

  static SlidingWindow of(List<Long> kernel, List<Long> strides) {
    return new SlidingWindow(kernel, strides, ONES, NONE, Rounding.DOWN);
  }

  static Pads symmetric(long vertical, long horizontal) {
    List<Long> both = List.of(vertical, horizontal);
    return new Given(both, both);
  }

  static Pads of(Padding padding) {
    return padding == Padding.SAME ? new Same() : NONE;
  }

  SlidingWindow strides(long vertical, long horizontal) {
    return new SlidingWindow(kernel, List.of(vertical, horizontal), dilations, pads, rounding);
  }

  SlidingWindow dilations(long vertical, long horizontal) {
    return new SlidingWindow(kernel, strides, List.of(vertical, horizontal), pads, rounding);
  }

  SlidingWindow pads(Pads other) {
    return new SlidingWindow(kernel, strides, dilations, other, rounding);
  }

  SlidingWindow rounding(Rounding other) {
    return new SlidingWindow(kernel, strides, dilations, pads, other);
  }

  /// The geometry over an image of these sizes.
  ///
  /// @throws MerapiException of kind `SHAPE` if it depends on a size that has no number
  WindowGeometry over(List<Dim> sizes) {
    var low = new ArrayList<Long>();
    var high = new ArrayList<Long>();
    for (int axis = 0; axis < kernel.size(); axis++) {
      long before = before(axis, sizes.get(axis));
      long behind = behind(axis, sizes.get(axis));
      low.add(before);
      high.add(behind + rest(axis, sizes.get(axis), before, behind));
    }
    return new WindowGeometry(kernel, strides, low, high, dilations);
  }

  private long before(int axis, Dim size) {
    return switch (pads) {
      case Given(var low, _) -> low.get(axis);
      case Same _ -> total(axis, size) / 2;
    };
  }

  private long behind(int axis, Dim size) {
    return switch (pads) {
      case Given(_, var high) -> high.get(axis);
      case Same _ -> total(axis, size) - total(axis, size) / 2;
    };
  }

  /// All padding of an axis that makes as many positions as strides fit.
  private long total(int axis, Dim size) {
    long stride = strides.get(axis);
    if (stride == 1) {
      return reach(axis) - 1;
    }
    long number = number(size, "padding(SAME) with a stride");
    return Math.max(0, (Math.ceilDiv(number, stride) - 1) * stride + reach(axis) - number);
  }

  /// What a last window lacks, where there is one: it begins within the image or what is before it.
  private long rest(int axis, Dim size, long before, long behind) {
    long stride = strides.get(axis);
    if (rounding == Rounding.DOWN || stride == 1) {
      return 0;
    }
    long number = number(size, "ceilMode() with a stride");
    long room = number + before + behind - reach(axis);
    long last = Math.ceilDiv(room, stride) * stride;
    return room < 0 ? 0 : Math.max(0, (last < number + before ? last : last - stride) - room);
  }

  private long reach(int axis) {
    return dilations.get(axis) * (kernel.get(axis) - 1) + 1;
  }

  private static long number(Dim size, String what) {
    if (!size.isConstant()) {
      throw MerapiException.of(Kind.SHAPE, what + " needs the size of the image")
          .with("size", size)
          .hint("give height and width as numbers, or the padding itself");
    }
    return size.value();
  }

  /// Whether an average is of as many elements everywhere, if padding counts.
  boolean isFull(WindowGeometry geometry) {
    return pads instanceof Given(_, var high) && geometry.padHigh().equals(high)
        || pads instanceof Same;
  }

  static String text(List<Long> numbers) {
    boolean alike = Collections.frequency(numbers, numbers.getFirst()) == numbers.size();
    return alike ? numbers.getFirst().toString() : numbers.toString();
  }
}
