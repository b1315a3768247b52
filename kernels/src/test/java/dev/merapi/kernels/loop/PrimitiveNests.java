package dev.merapi.kernels.loop;

import dev.merapi.MerapiException;
import dev.merapi.graph.DType;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.LoopNest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/// Nests that apply every primitive, a few at a time, to operands of every type it takes.
///
/// @param types of the operands
/// @param primitives applied to all of them, each with a buffer for its results
record PrimitiveNests(List<DType> types, List<ScalarPrimitive> primitives) {
  private static final int TOGETHER = 5;

  private static final float[] FLOATS = {
    0f,
    -0f,
    1f,
    -1f,
    0.5f,
    1.5f,
    2.5f,
    -2.5f,
    3f,
    88f,
    -88f,
    104f,
    1e-3f,
    8388608f,
    8388607.5f,
    2147483648f,
    -2147483648f,
    1e10f,
    Float.MIN_VALUE,
    -Float.MIN_NORMAL,
    Float.MAX_VALUE,
    Float.NEGATIVE_INFINITY,
    Float.POSITIVE_INFINITY,
    Float.NaN,
    Float.intBitsToFloat(0xffc00000)
  };

  private static final int[] INTS = {
    0, 1, -1, 2, 5, 31, 32, 33, -31, 1 << 24, (1 << 24) + 1, Integer.MAX_VALUE, Integer.MIN_VALUE
  };

  static List<PrimitiveNests> all() {
    List<PrimitiveNests> result = new ArrayList<>();
    for (List<DType> types : signatures()) {
      List<ScalarPrimitive> fitting = new ArrayList<>();
      for (ScalarPrimitive primitive : ScalarPrimitive.values()) {
        if (takes(primitive, types)) {
          fitting.add(primitive);
        }
      }
      for (int i = 0; i < fitting.size(); i += TOGETHER) {
        result.add(
            new PrimitiveNests(types, fitting.subList(i, Math.min(i + TOGETHER, fitting.size()))));
      }
    }
    return result;
  }

  private static List<List<DType>> signatures() {
    List<List<DType>> result = new ArrayList<>();
    for (DType a : DType.values()) {
      result.add(List.of(a));
      result.add(List.of(a, a));
      result.add(List.of(DType.BOOL, a, a));
    }
    result.add(List.of(DType.F32, DType.F32, DType.F32));
    return result;
  }

  private static boolean takes(ScalarPrimitive primitive, List<DType> types) {
    try {
      primitive.infer(types);
      return true;
    } catch (MerapiException e) {
      return false;
    }
  }

  /// The operands' values: every pair of special values, then random bits.
  int size() {
    return FLOATS.length * FLOATS.length + 400;
  }

  LoopNest nest() {
    int size = size();
    NestMaker nest = NestMaker.loops(1, size);
    Integer[] operands =
        IntStream.range(0, types.size())
            .mapToObj(i -> nest.load(operand(i), 0, 1))
            .toArray(Integer[]::new);
    for (int i = 0; i < primitives.size(); i++) {
      nest.store(result(i), nest.apply(primitives.get(i), operands), 0, 1);
    }
    return nest.nest(toString());
  }

  Buffer operand(int index) {
    return NestMaker.buffer(index, types.get(index), size());
  }

  Buffer result(int index) {
    DType type = primitives.get(index).infer(types);
    return NestMaker.buffer(10 + index, type, size());
  }

  /// Fills the operands' contents.
  void fill(NestRun run) {
    Random random = new Random(1);
    for (int operand = 0; operand < types.size(); operand++) {
      int[] contents = run.contents(operand(operand));
      for (int i = 0; i < contents.length; i++) {
        int bits = random.nextInt();
        int special = operand % 2 == 0 ? i : i / FLOATS.length;
        boolean isRandom = i >= FLOATS.length * FLOATS.length;
        contents[i] =
            switch (types.get(operand)) {
              case F32 ->
                  isRandom ? bits : Float.floatToRawIntBits(FLOATS[special % FLOATS.length]);
              case I32 -> isRandom ? bits : INTS[special % INTS.length];
              case BOOL -> bits & 1;
            };
      }
    }
  }
}
