package dev.merapi.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.function.LongConsumer;
import java.util.function.LongToDoubleFunction;
import java.util.stream.LongStream;

/// Writes out a tensor's elements in nested brackets, as PyTorch prints them.
///
/// ```
/// tensor([[1.0000, 2.5000],
///         [3.0000, 4.0000]], f32[2,2])
/// ```
///
/// Numbers have four digits behind the point, or an exponent where that would hide them; those that
/// are all whole have none. Of more than 1,000 elements each axis shows its first and last three.
public final class TensorText {
  private static final long MOST_ELEMENTS = 1000;
  private static final long EDGE = 3;
  private static final int LINE = 80;
  private static final String HEAD = "tensor(";
  private static final String OMITTED = "...";

  /// Beyond these, or where the largest is so many times the smallest, numbers have an exponent.
  private static final double LARGEST_FIXED = 1e8;

  private static final double SMALLEST_FIXED = 1e-4;
  private static final double WIDEST_FIXED = 1000;

  private final long[] sizes;
  private final boolean summarised;
  private final LongToDoubleFunction elements;
  private final DoubleFunction<String> format;
  private final int width;

  private TensorText(TensorType type, LongToDoubleFunction elements) {
    sizes = type.shape().toArray();
    summarised = type.shape().elements() > MOST_ELEMENTS;
    this.elements = elements;
    var shown = new ArrayList<Double>();
    forEachShown(0, 0, index -> shown.add(elements.applyAsDouble(index)));
    format =
        switch (type.dtype()) {
          case F32 -> floatFormat(shown);
          case I32 -> value -> Integer.toString((int) value);
          case BOOL -> value -> Boolean.toString(value != 0);
        };
    width = shown.stream().mapToInt(value -> format.apply(value).length()).max().orElse(0);
  }

  /// The text of a tensor.
  ///
  /// @param type with sizes that are numbers
  /// @param elements gives the value at a row-major index; a bool is 0 or 1
  public static String of(TensorType type, LongToDoubleFunction elements) {
    var text = new StringBuilder(HEAD);
    new TensorText(type, elements).write(text, 0, 0);
    return text.append(", ").append(type).append(')').toString();
  }

  private static DoubleFunction<String> floatFormat(List<Double> shown) {
    double[] sizes =
        shown.stream()
            .mapToDouble(Math::abs)
            .filter(value -> value != 0 && Double.isFinite(value))
            .toArray();
    double largest = 0;
    double smallest = Double.POSITIVE_INFINITY;
    boolean whole = true;
    for (double value : sizes) {
      largest = Math.max(largest, value);
      smallest = Math.min(smallest, value);
      whole &= value == Math.rint(value);
    }
    boolean wide = largest > LARGEST_FIXED || largest / smallest > WIDEST_FIXED;
    if (wide || !whole && smallest < SMALLEST_FIXED) {
      return finite("%.4e");
    }
    return finite(whole ? "%.0f." : "%.4f");
  }

  private static DoubleFunction<String> finite(String pattern) {
    return value ->
        Double.isNaN(value)
            ? "nan"
            : Double.isInfinite(value)
                ? (value < 0 ? "-inf" : "inf")
                : String.format(Locale.ROOT, pattern, value);
  }

  /// The positions along an axis that are shown, where `-1` stands for those left out.
  private long[] positions(int axis) {
    long size = sizes[axis];
    if (!summarised || size <= 2 * EDGE) {
      return LongStream.range(0, size).toArray();
    }
    LongStream first = LongStream.range(0, EDGE);
    LongStream last = LongStream.range(size - EDGE, size);
    return LongStream.concat(LongStream.concat(first, LongStream.of(-1)), last).toArray();
  }

  private void forEachShown(int axis, long index, LongConsumer action) {
    if (axis == sizes.length) {
      action.accept(index);
      return;
    }
    for (long position : positions(axis)) {
      if (position >= 0) {
        forEachShown(axis + 1, index * sizes[axis] + position, action);
      }
    }
  }

  private void write(StringBuilder text, int axis, long index) {
    if (axis == sizes.length) {
      text.append(format.apply(elements.applyAsDouble(index)));
      return;
    }
    text.append('[');
    boolean innermost = axis == sizes.length - 1;
    int indent = HEAD.length() + axis + 1;
    String newLine = "\n".repeat(Math.max(1, sizes.length - axis - 1)) + " ".repeat(indent);
    int perLine = Math.max(1, (LINE - indent) / (width + 2));
    long[] positions = positions(axis);
    for (int i = 0; i < positions.length; i++) {
      if (i > 0) {
        boolean breaks = !innermost || i % perLine == 0;
        text.append(breaks ? "," + newLine : ", ");
      }
      if (positions[i] < 0) {
        text.append(OMITTED);
      } else if (innermost) {
        String element = format.apply(elements.applyAsDouble(index * sizes[axis] + positions[i]));
        text.append(" ".repeat(width - element.length())).append(element);
      } else {
        write(text, axis + 1, index * sizes[axis] + positions[i]);
      }
    }
    text.append(']');
  }
}
