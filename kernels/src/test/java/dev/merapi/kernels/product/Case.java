package dev.merapi.kernels.product;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.kernels.GuardedMemory;
import dev.merapi.kernels.calls.Calls;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.product.Problem.Weights;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/// One product with its operands, its result by the definition in plain Java, and runs of it.
final class Case {
  /// What lies in the result before a run, and between its rows after it.
  private static final float UNTOUCHED = -12345.5f;

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  final Problem problem;
  final float[] a;
  final float[] b;
  private final float[] c;

  Case(Problem problem, Random random) {
    this.problem = problem;
    this.a = drawn(extent(problem.m(), problem.k(), problem.a()), random);
    this.b = drawn(extent(problem.k(), problem.n(), problem.b()), random);
    this.c = new float[(int) (problem.m() * problem.rowC())];
    Arrays.fill(c, UNTOUCHED);
  }

  private static int extent(int rows, int columns, Strides strides) {
    return rows == 0 || columns == 0
        ? 0
        : (int) ((rows - 1) * strides.row() + (columns - 1) * strides.column() + 1);
  }

  static float[] drawn(int count, Random random) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = random.nextFloat(-1, 1);
    }
    return numbers;
  }

  /// The result before a run.
  float[] space() {
    return c.clone();
  }

  static float[] floats(MemorySegment segment) {
    return segment.toArray(FLOAT);
  }

  /// What a function makes of a sum in a row and a column.
  interface Finish {
    float of(float sum, int row, int column);
  }

  /// The result by the definition, between untouched elements.
  float[] expected(Finish finish) {
    float[] result = c.clone();
    for (int i = 0; i < problem.m(); i++) {
      for (int j = 0; j < problem.n(); j++) {
        result[(int) (i * problem.rowC() + j)] = finish.of(sum(i, j), i, j);
      }
    }
    return result;
  }

  float[] expected() {
    return expected((sum, _, _) -> sum);
  }

  private float sum(int row, int column) {
    float sum = chain(row, column, 0);
    for (int first = Definition.BLOCK; first < problem.k(); first += Definition.BLOCK) {
      sum += chain(row, column, first);
    }
    return sum;
  }

  private float chain(int row, int column, int first) {
    Strides ofA = problem.a();
    Strides ofB = problem.b();
    float chain = 0;
    for (int k = first; k < Math.min(problem.k(), first + Definition.BLOCK); k++) {
      float left = a[(int) (row * ofA.row() + k * ofA.column())];
      float right = b[(int) (k * ofB.row() + column * ofB.column())];
      chain = Math.fma(left, right, chain);
    }
    return chain;
  }

  /// The result of a plan's routines in a number of parts, in memory that ends the JVM if a target
  /// leaves it.
  ///
  /// @param operands of the epilogue, without gaps
  float[] run(ProductPlan plan, Target target, int parts, float[]... operands) {
    return GuardedMemory.atBothEdges(memory -> {
      List<MemorySegment> segments = new ArrayList<>();
      MemorySegment left = add(segments, memory.copy(a));
      MemorySegment right = add(segments, memory.copy(b));
      MemorySegment result = add(segments, memory.copy(c));
      if (problem.weights() == Weights.PACKED) {
        long source = right.address();
        MemorySegment weights = add(segments, memory.allocate(plan.weightBytes(), 64));
        target.with(
            plan.packing().routine(),
            segments,
            packing -> plan.packWeights(packing, source, weights.address()));
        right = weights;
      }
      long[] blocks = new long[parts];
      long[] areas = new long[parts];
      long[] places = new long[operands.length];
      for (int i = 0; i < operands.length; i++) {
        places[i] = add(segments, memory.copy(operands[i])).address();
      }
      for (int part = 0; part < parts; part++) {
        blocks[part] = add(segments, memory.allocate(plan.argumentBytes(), 8)).address();
        areas[part] = add(segments, memory.allocate(plan.areaBytes(), 64)).address();
        plan.writeArguments(Calls.NOW, blocks[part], result.address(), areas[part]);
        for (int i = 0; i < operands.length; i++) {
          ProductPlan.writeOperand(Calls.NOW, blocks[part], i, places[i], 4L * problem.n());
        }
      }
      long from = left.address();
      long by = right.address();
      with(
          plan,
          target,
          segments,
          kernels -> {
            for (int part = 0; part < parts; part++) {
              plan.calls(Calls.NOW, kernels, blocks[part], from, by, areas[part], part, parts);
            }
          });
      return floats(result);
    });
  }

  /// Makes all that a plan calls.
  private static void with(
      ProductPlan plan,
      Target target,
      List<MemorySegment> memory,
      Consumer<ProductPlan.Kernels> use) {
    Routine tall = plan.tall().routine();
    Routine lower = plan.lower().map(Strips::routine).orElse(tall);
    target.with(
        tall,
        memory,
        one ->
            target.with(
                lower,
                memory,
                two -> {
                  if (plan.packingOfB().isEmpty()) {
                    use.accept(new ProductPlan.Kernels(one, two, Optional.empty()));
                    return;
                  }
                  Routine pack = plan.packingOfB().get().routine();
                  target.with(
                      pack,
                      memory,
                      three -> use.accept(new ProductPlan.Kernels(one, two, Optional.of(three))));
                }));
  }

  private static MemorySegment add(List<MemorySegment> segments, MemorySegment segment) {
    segments.add(segment);
    return segment;
  }

  /// Compares bits, except that all NaNs are equal.
  static void assertSameBits(float[] expected, float[] actual, Object message) {
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      int at = i;
      assertEquals(
          Float.floatToIntBits(expected[i]),
          Float.floatToIntBits(actual[i]),
          () -> message + ": element=" + at + ", " + expected[at] + ", " + actual[at]);
    }
  }
}
