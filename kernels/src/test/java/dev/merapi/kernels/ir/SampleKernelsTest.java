package dev.merapi.kernels.ir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.kernels.ir.pass.Passes;
import dev.merapi.kernels.ir.samples.GemmTile;
import dev.merapi.kernels.ir.samples.Softmax;
import dev.merapi.kernels.ir.samples.TransposingPack;
import dev.merapi.kernels.ir.samples.TransposingPack.Method;
import dev.merapi.kernels.ir.samples.WinogradInput;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Kernels of the usual kinds, interpreted, against plain Java: the IR can say what they need.
class SampleKernelsTest {
  private final Memory memory = new Memory();
  private final Random random = new Random(1);

  @AfterEach
  void free() {
    memory.close();
  }

  private float[] drawn(int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = random.nextFloat(-3, 3);
    }
    return numbers;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 37, 64})
  void softmax(int n) {
    int rows = 3;
    float[] x = drawn(rows * n);
    MemorySegment y = memory.floats(new float[rows * n]);
    memory.run(Passes.run(Softmax.of(MemoryType.F32)), memory.floats(x), y, rows, n);
    float[] result = Memory.floatsOf(y);
    for (int row = 0; row < rows; row++) {
      double sum = 0;
      for (int i = 0; i < n; i++) {
        sum += Math.exp(x[row * n + i]);
      }
      for (int i = 0; i < n; i++) {
        double wanted = Math.exp(x[row * n + i]) / sum;
        assertEquals(wanted, result[row * n + i], 4e-7 * wanted + 1e-9);
      }
    }
  }

  @Test
  void softmaxOfHalves() {
    MemorySegment x = memory.bytes(40);
    for (int i = 0; i < 20; i++) {
      x.setAtIndex(ValueLayout.JAVA_SHORT, i, Float.floatToFloat16(i / 4f));
    }
    memory.run(Softmax.of(MemoryType.F16), x, x, 1, 20);
    double sum = 0;
    for (int i = 0; i < 20; i++) {
      sum += Math.exp(i / 4.0);
    }
    for (int i = 0; i < 20; i++) {
      float result = Float.float16ToFloat(x.getAtIndex(ValueLayout.JAVA_SHORT, i));
      assertEquals(Math.exp(i / 4.0) / sum, result, 1e-3);
    }
  }

  @ParameterizedTest
  @CsvSource({"14, 2, 16, 37", "6, 2, 8, 20", "1, 1, 4, 0"})
  void tileOfAProduct(int rows, int vectors, int lanes, int k) {
    int columns = vectors * lanes;
    int stride = columns + 5;
    float[] a = drawn(k * rows);
    float[] b = drawn(k * columns);
    float[] wanted = drawn(rows * stride);
    MemorySegment c = memory.floats(wanted);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        float sum = 0;
        for (int step = 0; step < k; step++) {
          sum = Math.fma(a[step * rows + i], b[step * columns + j], sum);
        }
        wanted[i * stride + j] = sum;
      }
    }
    Routine tile = Passes.run(GemmTile.of(rows, vectors, lanes));
    memory.run(tile, memory.floats(a), memory.floats(b), c, k, stride * Float.BYTES);
    assertArrayEquals(wanted, Memory.floatsOf(c));
  }

  @ParameterizedTest
  @CsvSource({
    "EXCHANGE, 16, 16, 35",
    "EXCHANGE, 8, 5, 8",
    "EXCHANGE, 4, 1, 3",
    "INTERLEAVE, 16, 16, 35",
    "INTERLEAVE, 8, 5, 8",
    "INTERLEAVE, 4, 1, 3"
  })
  void transposingPack(Method method, int lanes, int lines, int steps) {
    int stride = steps + 3;
    float[] source = drawn((lines - 1) * stride + steps);
    float[] wanted = new float[steps * lanes];
    for (int line = 0; line < lines; line++) {
      for (int step = 0; step < steps; step++) {
        wanted[step * lanes + line] = source[line * stride + step];
      }
    }
    MemorySegment panel = memory.floats(drawn(wanted.length));
    Routine pack = Passes.run(TransposingPack.of(method, lanes));
    memory.run(pack, memory.floats(source), panel, lines, steps, stride * Float.BYTES);
    assertArrayEquals(wanted, Memory.floatsOf(panel));
  }

  @ParameterizedTest
  @CsvSource({"16, 21", "8, 8", "4, 1"})
  void winogradInput(int lanes, int tiles) {
    int width = 2 * tiles + 2;
    float[] lines = drawn(4 * width);
    float[] wanted = new float[16 * tiles];
    for (int tile = 0; tile < tiles; tile++) {
      float[] d = new float[16];
      for (int i = 0; i < 16; i++) {
        d[i] = lines[i / 4 * width + 2 * tile + i % 4];
      }
      for (int column = 0; column < 4; column++) {
        mix(d, column, 4);
      }
      for (int row = 0; row < 4; row++) {
        mix(d, 4 * row, 1);
      }
      for (int i = 0; i < 16; i++) {
        wanted[i * tiles + tile] = d[i];
      }
    }
    MemorySegment target = memory.floats(new float[wanted.length]);
    Routine transform = Passes.run(WinogradInput.of(lanes));
    int lineBytes = width * Float.BYTES;
    memory.run(transform, memory.floats(lines), target, tiles, lineBytes, tiles * Float.BYTES);
    assertArrayEquals(wanted, Memory.floatsOf(target));
  }

  private static void mix(float[] d, int from, int step) {
    float d0 = d[from];
    float d1 = d[from + step];
    float d2 = d[from + 2 * step];
    float d3 = d[from + 3 * step];
    d[from] = d0 - d2;
    d[from + step] = d1 + d2;
    d[from + 2 * step] = d2 - d1;
    d[from + 3 * step] = d1 - d3;
  }
}
