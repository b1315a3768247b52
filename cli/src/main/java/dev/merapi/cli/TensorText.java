package dev.merapi.cli;

import dev.merapi.Tensor;
import dev.merapi.graph.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/// Numbers for people, in the way of NumPy: aligned, and of long axes the ends only.
final class TensorText {
  private static final int MOST = 200;
  private static final int ENDS = 3;
  private static final String GAP = "...";

  private final long[] sizes;
  private final IntFunction<String> number;
  private final boolean whole;
  private final int width;

  private TensorText(Tensor tensor) {
    sizes = tensor.shape().toArray();
    whole = tensor.shape().elements() <= MOST;
    number = numbers(tensor);
    var shown = new ArrayList<Integer>();
    collect(0, 0, shown);
    width = shown.stream().mapToInt(i -> number.apply(i).length()).max().orElse(0);
  }

  static String of(Tensor tensor) {
    var text = new TensorText(tensor);
    var all = new StringBuilder();
    text.append(all, 0, 0);
    return all.toString();
  }

  /// Four digits behind the point where all fit into a column that way, else powers of ten.
  private static IntFunction<String> numbers(Tensor tensor) {
    if (tensor.dtype() != DType.F32) {
      int[] values = tensor.toInts();
      return tensor.dtype() == DType.BOOL
          ? i -> Boolean.toString(values[i] != 0)
          : i -> Integer.toString(values[i]);
    }
    float[] values = tensor.toFloats();
    float largest = 0;
    for (float value : values) {
      largest = Float.isFinite(value) ? Math.max(largest, Math.abs(value)) : largest;
    }
    boolean plain = largest == 0 || largest >= 1e-2 && largest < 1e5;
    return i -> String.format(Locale.ROOT, plain ? "%.4f" : "%.4e", values[i]);
  }

  private boolean isShown(int axis, long index) {
    return whole || sizes[axis] <= 2 * ENDS || index < ENDS || index >= sizes[axis] - ENDS;
  }

  private long below(int axis) {
    long elements = 1;
    for (int i = axis + 1; i < sizes.length; i++) {
      elements *= sizes[i];
    }
    return elements;
  }

  private void collect(int axis, long start, List<Integer> into) {
    if (axis == sizes.length) {
      into.add(Math.toIntExact(start));
      return;
    }
    for (long i = 0; i < sizes[axis]; i = next(axis, i)) {
      collect(axis + 1, start + i * below(axis), into);
    }
  }

  /// The next index that is shown.
  private long next(int axis, long index) {
    return isShown(axis, index + 1) || index + 1 >= sizes[axis] ? index + 1 : sizes[axis] - ENDS;
  }

  private void append(StringBuilder text, int axis, long start) {
    if (axis == sizes.length) {
      String cell = number.apply(Math.toIntExact(start));
      text.append(" ".repeat(width - cell.length())).append(cell);
      return;
    }
    boolean rows = axis + 1 < sizes.length;
    String between = rows ? "\n" + " ".repeat(axis + 1) : " ";
    text.append('[');
    for (long i = 0; i < sizes[axis]; ) {
      append(text, axis + 1, start + i * below(axis));
      long next = next(axis, i);
      if (next > i + 1) {
        text.append(between).append(GAP);
      }
      i = next;
      text.append(i < sizes[axis] ? between : "");
    }
    text.append(']');
  }
}
