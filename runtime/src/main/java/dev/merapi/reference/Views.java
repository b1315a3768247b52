package dev.merapi.reference;

import dev.merapi.graph.Dim;
import dev.merapi.graph.Literal;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.View;
import dev.merapi.graph.View.Broadcast;
import dev.merapi.graph.View.Concat;
import dev.merapi.graph.View.Flip;
import dev.merapi.graph.View.Pad;
import dev.merapi.graph.View.Permute;
import dev.merapi.graph.View.Reshape;
import dev.merapi.graph.View.Slice;
import java.util.Arrays;
import java.util.List;

/// What the operations of [View] give: all but two read their operand under other strides, those
/// two write under other strides.
final class Views {
  private Views() {}

  static double[] evaluate(View op, List<Elements> operands, TensorType result) {
    Elements x = operands.getFirst();
    int[] sizes = Indices.sizes(result.shape());
    return switch (op) {
      case Reshape _ -> x.data();
      case Permute(List<Integer> order) -> permute(x, order);
      case Broadcast(Shape _, List<Integer> axes) -> read(x, 0, repeated(x, axes, sizes), sizes);
      case Slice(List<Long> starts, Shape _, List<Long> steps) -> slice(x, starts, steps, sizes);
      case Pad(List<Dim> low, List<Dim> _, List<Long> between, Literal value) -> {
        double[] data = new double[Indices.count(sizes)];
        Arrays.fill(data, value.value(0));
        pad(x, low, between, data, Indices.strides(sizes));
        yield data;
      }
      case Flip(List<Integer> axes) -> flip(x, axes);
      case Concat(int axis) -> concat(operands, axis, sizes);
    };
  }

  /// Element `i` is `x[start + sum(i[axis] * strides[axis])]`.
  private static double[] read(Elements x, int start, int[] strides, int[] sizes) {
    double[] data = new double[Indices.count(sizes)];
    Indices.forEach(sizes, start, strides, (flat, other) -> data[flat] = x.data()[other]);
    return data;
  }

  /// Puts element `i` to `data[start + sum(i[axis] * strides[axis])]`.
  private static void write(Elements x, int start, int[] strides, double[] data) {
    Indices.forEach(x.sizes(), start, strides, (flat, other) -> data[other] = x.data()[flat]);
  }

  static double[] permute(Elements x, List<Integer> order) {
    return read(x, 0, Indices.pick(x.strides(), order), Indices.pick(x.sizes(), order));
  }

  /// Strides 0 along the axes that repeat.
  private static int[] repeated(Elements x, List<Integer> axes, int[] sizes) {
    int[] from = x.strides();
    int[] strides = new int[sizes.length];
    for (int i = 0; i < from.length; i++) {
      strides[axes.get(i)] = x.sizes()[i] == 1 ? 0 : from[i];
    }
    return strides;
  }

  private static double[] slice(Elements x, List<Long> starts, List<Long> steps, int[] sizes) {
    int[] strides = x.strides();
    int start = 0;
    for (int axis = 0; axis < strides.length; axis++) {
      start += Math.toIntExact(starts.get(axis)) * strides[axis];
      strides[axis] *= Math.toIntExact(steps.get(axis));
    }
    return read(x, start, strides, sizes);
  }

  private static void pad(
      Elements x, List<Dim> low, List<Long> between, double[] data, int[] strides) {
    int start = 0;
    for (int axis = 0; axis < strides.length; axis++) {
      start += Math.toIntExact(low.get(axis).value()) * strides[axis];
      strides[axis] *= Math.toIntExact(between.get(axis)) + 1;
    }
    write(x, start, strides, data);
  }

  private static double[] flip(Elements x, List<Integer> axes) {
    int[] strides = x.strides();
    int start = 0;
    for (int axis : axes) {
      start += (x.sizes()[axis] - 1) * strides[axis];
      strides[axis] = -strides[axis];
    }
    return read(x, start, strides, x.sizes());
  }

  private static double[] concat(List<Elements> operands, int axis, int[] sizes) {
    double[] data = new double[Indices.count(sizes)];
    int[] strides = Indices.strides(sizes);
    int start = 0;
    for (Elements operand : operands) {
      write(operand, start * strides[axis], strides, data);
      start += operand.sizes()[axis];
    }
    return data;
  }
}
