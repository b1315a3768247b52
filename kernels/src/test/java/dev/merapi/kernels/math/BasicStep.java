package dev.merapi.kernels.math;

import static dev.merapi.kernels.math.BasicMachine.BLOCK;

import dev.merapi.graph.DType;
import dev.merapi.graph.ScalarPrimitive;

/// One basic primitive over a block of values, by Java's own operators.
///
/// Each case is a loop of its own, so that the JIT makes vector code of it and a sweep over all
/// floats takes minutes.
record BasicStep(ScalarPrimitive primitive, Block out, Block a, Block b, Block c)
    implements Runnable {
  /// The values of one sub-expression; booleans are the ints 0 and 1.
  record Block(DType type, float[] floats, int[] ints) {
    static Block of(DType type) {
      int floats = type == DType.F32 ? BLOCK : 0;
      return new Block(type, new float[floats], new int[BLOCK - floats]);
    }
  }

  @Override
  public void run() {
    if (out.type == DType.F32) {
      runFloats();
    } else if (a.type == DType.F32) {
      runFloatsToInts();
    } else {
      runInts();
    }
  }

  private void runFloats() {
    float[] f = out.floats;
    float[] x = a.floats;
    float[] y = b.floats;
    float[] z = c.floats;
    int[] n = a.ints;
    switch (primitive) {
      case ADD -> {
        for (int i = 0; i < BLOCK; i++) {
          f[i] = x[i] + y[i];
        }
      }
      case SUB -> {
        for (int i = 0; i < BLOCK; i++) {
          f[i] = x[i] - y[i];
        }
      }
      case MUL -> {
        for (int i = 0; i < BLOCK; i++) {
          f[i] = x[i] * y[i];
        }
      }
      case DIV -> {
        for (int i = 0; i < BLOCK; i++) {
          f[i] = x[i] / y[i];
        }
      }
      case FMA -> {
        for (int i = 0; i < BLOCK; i++) {
          f[i] = Math.fma(x[i], y[i], z[i]);
        }
      }
      case NEG -> {
        for (int i = 0; i < BLOCK; i++) {
          f[i] = -x[i];
        }
      }
      case ABS -> {
        for (int i = 0; i < BLOCK; i++) {
          f[i] = Math.abs(x[i]);
        }
      }
      case SQRT -> {
        for (int i = 0; i < BLOCK; i++) {
          f[i] = (float) Math.sqrt(x[i]);
        }
      }
      case SELECT -> {
        for (int i = 0; i < BLOCK; i++) {
          f[i] = n[i] != 0 ? y[i] : z[i];
        }
      }
      case TO_F32 -> {
        for (int i = 0; i < BLOCK; i++) {
          f[i] = n[i];
        }
      }
      case FROM_BITS -> {
        for (int i = 0; i < BLOCK; i++) {
          f[i] = Float.intBitsToFloat(n[i]);
        }
      }
      default -> throw new AssertionError("not basic: " + primitive);
    }
  }

  private void runFloatsToInts() {
    int[] n = out.ints;
    float[] x = a.floats;
    float[] y = b.floats;
    switch (primitive) {
      case LT -> {
        for (int i = 0; i < BLOCK; i++) {
          n[i] = x[i] < y[i] ? 1 : 0;
        }
      }
      case LE -> {
        for (int i = 0; i < BLOCK; i++) {
          n[i] = x[i] <= y[i] ? 1 : 0;
        }
      }
      case EQ -> {
        for (int i = 0; i < BLOCK; i++) {
          n[i] = x[i] == y[i] ? 1 : 0;
        }
      }
      case BITS -> {
        for (int i = 0; i < BLOCK; i++) {
          n[i] = Float.floatToRawIntBits(x[i]);
        }
      }
      default -> throw new AssertionError("not basic: " + primitive);
    }
  }

  private void runInts() {
    int[] n = out.ints;
    int[] x = a.ints;
    int[] y = b.ints;
    int[] z = c.ints;
    int ones = out.type == DType.BOOL ? 1 : -1;
    switch (primitive) {
      case ADD -> {
        for (int i = 0; i < BLOCK; i++) {
          n[i] = x[i] + y[i];
        }
      }
      case SUB -> {
        for (int i = 0; i < BLOCK; i++) {
          n[i] = x[i] - y[i];
        }
      }
      case MUL -> {
        for (int i = 0; i < BLOCK; i++) {
          n[i] = x[i] * y[i];
        }
      }
      case LT -> {
        for (int i = 0; i < BLOCK; i++) {
          n[i] = x[i] < y[i] ? 1 : 0;
        }
      }
      case LE -> {
        for (int i = 0; i < BLOCK; i++) {
          n[i] = x[i] <= y[i] ? 1 : 0;
        }
      }
      case EQ -> {
        for (int i = 0; i < BLOCK; i++) {
          n[i] = x[i] == y[i] ? 1 : 0;
        }
      }
      case AND -> {
        for (int i = 0; i < BLOCK; i++) {
          n[i] = x[i] & y[i];
        }
      }
      case OR -> {
        for (int i = 0; i < BLOCK; i++) {
          n[i] = x[i] | y[i];
        }
      }
      case XOR -> {
        for (int i = 0; i < BLOCK; i++) {
          n[i] = x[i] ^ y[i];
        }
      }
      case NOT -> {
        for (int i = 0; i < BLOCK; i++) {
          n[i] = x[i] ^ ones;
        }
      }
      case SHL -> {
        for (int i = 0; i < BLOCK; i++) {
          n[i] = x[i] << y[i];
        }
      }
      case SHR -> {
        for (int i = 0; i < BLOCK; i++) {
          n[i] = x[i] >> y[i];
        }
      }
      case USHR -> {
        for (int i = 0; i < BLOCK; i++) {
          n[i] = x[i] >>> y[i];
        }
      }
      case SELECT -> {
        for (int i = 0; i < BLOCK; i++) {
          n[i] = x[i] != 0 ? y[i] : z[i];
        }
      }
      default -> throw new AssertionError("not basic: " + primitive);
    }
  }
}
