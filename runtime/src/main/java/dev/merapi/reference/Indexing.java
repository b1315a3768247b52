package dev.merapi.reference;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Index;
import dev.merapi.graph.Index.Gather;
import dev.merapi.graph.Index.Scatter;
import dev.merapi.graph.ScalarPrimitive;
import java.util.List;

/// What the operations of [Index] give.
final class Indexing {
  private Indexing() {}

  static double[] evaluate(Index op, List<Elements> operands) {
    Elements x = operands.get(0);
    Elements indices = operands.get(1);
    return switch (op) {
      case Gather(int axis, int batch) -> {
        var places = new Places(op.name(), x, indices, axis, batch);
        double[] data = new double[places.count()];
        for (int i = 0; i < data.length; i++) {
          data[i] = x.data()[places.of(i)];
        }
        yield data;
      }
      case Scatter(int axis, int batch) -> {
        var places = new Places(op.name(), x, indices, axis, batch);
        double[] data = x.data().clone();
        double[] updates = operands.get(2).data();
        for (int i = 0; i < updates.length; i++) {
          int place = places.of(i);
          data[place] =
              ScalarEvaluator.evaluate(
                  ScalarPrimitive.ADD, x.type().dtype(), data[place], updates[i], 0);
        }
        yield data;
      }
    };
  }

  /// Which element of `x` belongs to which of the gathered elements `[batch, middle, picked,
  /// behind]`.
  private static final class Places {
    private final double[] indices;
    private final int batches;
    private final int middle;
    private final int picked;
    private final int size;
    private final int behind;

    Places(String name, Elements x, Elements indices, int axis, int batch) {
      this.indices = indices.data();
      int[] sizes = x.sizes();
      batches = Indices.count(sizes, 0, batch);
      middle = Indices.count(sizes, batch, axis);
      picked = Indices.count(indices.sizes(), batch, indices.type().rank());
      size = sizes[axis];
      behind = Indices.count(sizes, axis + 1, sizes.length);
      for (double index : this.indices) {
        if (index < 0 || index >= size) {
          throw MerapiException.of(Kind.INDEX, name + ": index outside its axis")
              .with("operand", 1)
              .with("index", (int) index)
              .with("range", "[0," + size + ")")
              .with("axis", axis);
        }
      }
    }

    int count() {
      return batches * middle * picked * behind;
    }

    int of(int gathered) {
      int last = gathered % behind;
      int pick = gathered / behind % picked;
      int outer = gathered / behind / picked;
      int index = (int) indices[outer / middle * picked + pick];
      return (outer * size + index) * behind + last;
    }
  }
}
