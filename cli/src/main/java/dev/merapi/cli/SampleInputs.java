package dev.merapi.cli;

import dev.merapi.Session;
import dev.merapi.memory.HostTensor;
import java.util.Random;

/// Numbers to measure with: kernels take the same time for any, but for denormal ones.
final class SampleInputs {
  private static final long SEED = 1;

  private SampleInputs() {}

  /// Fills floats with a normal distribution, the same at each call; integers, which may be
  /// indices, and truth values are zeros.
  static void fill(Session session) {
    var random = new Random(SEED);
    for (HostTensor input : session.inputs().values()) {
      int count = Math.toIntExact(input.elements());
      switch (input.type().dtype()) {
        case F32 -> {
          float[] values = new float[count];
          for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
          }
          input.copyFrom(values);
        }
        case I32 -> input.copyFrom(new int[count]);
        case BOOL -> input.copyFrom(new boolean[count]);
      }
    }
  }
}
