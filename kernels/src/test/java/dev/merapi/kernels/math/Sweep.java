package dev.merapi.kernels.math;

import dev.merapi.graph.ScalarPrimitive;
import java.util.function.DoubleUnaryOperator;

/// Runs the expansion of a function of one argument over many floats.
final class Sweep {
  private static final long FLOATS = 1L << 32;

  private final BasicMachine machine;

  /// The largest error met.
  ///
  /// @param ulps the distance from the true value, in units in the last place
  /// @param at the argument
  record Worst(double ulps, float at) {
    private Worst or(double otherUlps, float otherAt) {
      return otherUlps > ulps ? new Worst(otherUlps, otherAt) : this;
    }
  }

  Sweep(ScalarPrimitive primitive) {
    machine = new BasicMachine(Expansions.ofF32(primitive).orElseThrow());
  }

  /// The result for one argument.
  float at(float x) {
    machine.argument(0)[0] = x;
    return machine.run()[0];
  }

  /// The largest error over every `step`-th float, NaN and infinities included; all of them for 1.
  Worst everyNth(int step, DoubleUnaryOperator expected) {
    Worst worst = new Worst(-1, Float.NaN);
    for (long bits = 0; bits < FLOATS; bits += (long) step * BasicMachine.BLOCK) {
      worst = block((int) bits, step, expected, worst);
    }
    return worst;
  }

  /// The largest error over the floats around one, on both sides of zero.
  Worst around(float x, DoubleUnaryOperator expected) {
    int half = BasicMachine.BLOCK / 2;
    Worst positive =
        block(Float.floatToRawIntBits(x) - half, 1, expected, new Worst(-1, Float.NaN));
    return block(Float.floatToRawIntBits(-x) - half, 1, expected, positive);
  }

  private Worst block(int firstBits, int step, DoubleUnaryOperator expected, Worst start) {
    float[] x = machine.argument(0);
    for (int i = 0; i < x.length; i++) {
      x[i] = Float.intBitsToFloat(firstBits + i * step);
    }
    float[] y = machine.run();
    Worst worst = start;
    for (int i = 0; i < x.length; i++) {
      worst = worst.or(Ulps.between(y[i], expected.applyAsDouble(x[i])), x[i]);
    }
    return worst;
  }
}
