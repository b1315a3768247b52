package dev.merapi.ops;

import dev.merapi.graph.DType;
import dev.merapi.graph.Dim;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import java.util.List;

/// The counter-based generator Threefry2x32 of twenty rounds (J. K. Salmon, M. A. Moraes, R. O.
/// Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC'11), in primitives: some 120
/// additions, shifts and exclusive ors, no product.
///
/// `docs/decisions/0010-random-words-in-the-graph.md` says why this one.
public final class Threefry {
  private static final int ROUNDS = 20;
  private static final int ROUNDS_PER_KEY = 4;
  private static final int[] ROTATIONS = {13, 15, 26, 6, 17, 29, 16, 24};
  private static final int PARITY = 0x1BD11BDA;

  private static final ScalarFn WORD = word();

  private Threefry() {}

  /// The words of [dev.merapi.graph.Source.RandomBits], by maps over the elements' indices.
  ///
  /// @param key `i32[2]`
  /// @param counter `i32[]`
  /// @param type `i32`, of constant sizes
  public static Value bits(GraphBuilder builder, Value key, Value counter, TensorType type) {
    Shape shape = type.shape();
    var flat = new TensorType(DType.I32, new Shape(List.of(Dim.of(shape.elements()))));
    Value index = builder.reshape(Compose.iota(builder, flat, 0), shape);
    return builder.map(WORD, index, counter, word(builder, key, 0), word(builder, key, 1));
  }

  private static Value word(GraphBuilder builder, Value key, long at) {
    Value slice = builder.slice(key, List.of(at), Shape.of(1), List.of(1L));
    return builder.reshape(slice, Shape.SCALAR);
  }

  /// The first word, of an index, a counter and the two words of a key.
  private static ScalarFn word() {
    ScalarFn low = ScalarFn.arg(2, DType.I32);
    ScalarFn high = ScalarFn.arg(3, DType.I32);
    ScalarFn[] keys = {low, high, xor(xor(low, high), ScalarFn.i32(PARITY))};
    ScalarFn a = ScalarFn.arg(0, DType.I32).plus(keys[0]);
    ScalarFn b = ScalarFn.arg(1, DType.I32).plus(keys[1]);
    for (int round = 1; round <= ROUNDS; round++) {
      a = a.plus(b);
      b = xor(rotated(b, ROTATIONS[(round - 1) % ROTATIONS.length]), a);
      if (round % ROUNDS_PER_KEY == 0) {
        int turn = round / ROUNDS_PER_KEY;
        a = a.plus(keys[turn % keys.length]);
        b = b.plus(keys[(turn + 1) % keys.length].plus(ScalarFn.i32(turn)));
      }
    }
    return a;
  }

  private static ScalarFn xor(ScalarFn a, ScalarFn b) {
    return ScalarFn.apply(ScalarPrimitive.XOR, a, b);
  }

  private static ScalarFn rotated(ScalarFn x, int left) {
    ScalarFn up = ScalarFn.apply(ScalarPrimitive.SHL, x, ScalarFn.i32(left));
    return up.or(ScalarFn.apply(ScalarPrimitive.USHR, x, ScalarFn.i32(Integer.SIZE - left)));
  }
}
