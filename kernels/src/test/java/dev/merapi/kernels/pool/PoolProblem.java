package dev.merapi.kernels.pool;

import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.Op;
import dev.merapi.graph.Reduce.Window;
import dev.merapi.graph.Reduce.WindowGrad;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.graph.WindowGeometry;
import dev.merapi.kernels.GuardedMemory;
import dev.merapi.kernels.calls.Calls;
import dev.merapi.kernels.target.Target;
import dev.merapi.kernels.target.TestTargets;
import dev.merapi.reference.Interpreter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Random;

/// A pooling and its gradient on random elements with many ties, computed by plans and by the
/// interpreter.
record PoolProblem(Monoid monoid, WindowGeometry geometry, TensorType operand) {
  private static final float UNTOUCHED = 12345;
  private static final float[] SPECIAL = {
    Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0f, -0f
  };

  /// A geometry of one or two axes: kernel, stride, low and high padding, dilation of each.
  static PoolProblem of(Monoid monoid, TensorType operand, long[]... axes) {
    List<List<Long>> attributes = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int attribute = i;
      attributes.add(Arrays.stream(axes).map(axis -> axis[attribute]).toList());
    }
    return new PoolProblem(
        monoid,
        new WindowGeometry(
            attributes.get(0),
            attributes.get(1),
            attributes.get(2),
            attributes.get(3),
            attributes.get(4)),
        operand);
  }

  Window window() {
    return new Window(monoid, geometry);
  }

  WindowGrad windowGrad() {
    return new WindowGrad(monoid, geometry);
  }

  private TensorType pooled() {
    return window().infer(List.of(operand)).getFirst();
  }

  private float[] x() {
    return elements(operand, 1, SPECIAL);
  }

  private float[] gradient() {
    return elements(pooled(), 2);
  }

  /// Multiples of 1/4 from a small range, with special values in between: sums are exact.
  private static float[] elements(TensorType type, long seed, float... special) {
    Random random = new Random(seed);
    float[] elements = new float[(int) type.shape().elements()];
    for (int i = 0; i < elements.length; i++) {
      boolean isSpecial = special.length > 0 && random.nextInt(8) == 0;
      elements[i] =
          isSpecial ? special[random.nextInt(special.length)] : (random.nextInt(17) - 8) / 4f;
    }
    return elements;
  }

  double[] expected() {
    return interpret(window(), List.of(operand), List.of(x()));
  }

  double[] expectedGradient() {
    return interpret(windowGrad(), List.of(operand, pooled()), List.of(x(), gradient()));
  }

  private static double[] interpret(Op op, List<TensorType> types, List<float[]> elements) {
    var builder = new GraphBuilder("pool");
    var operands = new ArrayList<Value>();
    var bindings = new HashMap<String, double[]>();
    for (int i = 0; i < types.size(); i++) {
      operands.add(builder.input("in" + i, types.get(i)));
      bindings.put("in" + i, wide(elements.get(i)));
    }
    builder.output("out", builder.add(op, operands).result());
    return Interpreter.run(builder.build(), bindings).output("out");
  }

  static double[] wide(float[] elements) {
    double[] wide = new double[elements.length];
    Arrays.setAll(wide, i -> elements[i]);
    return wide;
  }

  /// @param warm whether the JIT has to have compiled what runs
  float[] pool(Target target, int parts, boolean warm) {
    try (PoolPlan plan = PoolPlan.of(window(), operand, target)) {
      prepare(plan, warm);
      return GuardedMemory.atBothEdges(memory -> {
        long table = table(plan, memory);
        MemorySegment x = memory.copy(x());
        MemorySegment y = memory.copy(untouched(pooled()));
        for (int part = 0; part < parts; part++) {
          plan.calls(Calls.NOW, x.address(), y.address(), table, part, parts);
        }
        return y.toArray(ValueLayout.JAVA_FLOAT);
      });
    }
  }

  float[] poolGradient(Target target, int parts, boolean warm) {
    try (PoolGradientPlan plan = PoolGradientPlan.of(windowGrad(), operand, target)) {
      prepare(plan, warm);
      return GuardedMemory.atBothEdges(memory -> {
        long table = table(plan, memory);
        MemorySegment x = memory.copy(x());
        MemorySegment dy = memory.copy(gradient());
        MemorySegment dx = memory.copy(untouched(operand));
        for (int part = 0; part < parts; part++) {
          plan.calls(Calls.NOW, x.address(), dy.address(), dx.address(), table, part, parts);
        }
        return dx.toArray(ValueLayout.JAVA_FLOAT);
      });
    }
  }

  private static void prepare(PlanesPlan plan, boolean warm) {
    if (warm) {
      TestTargets.warmUp(plan.kernels());
    } else {
      TestTargets.adopt(plan.kernels());
    }
  }

  private static long table(PlanesPlan plan, GuardedMemory memory) {
    long table = memory.allocate(plan.tableBytes(), Long.BYTES).address();
    plan.writeTable(table);
    return table;
  }

  private static float[] untouched(TensorType type) {
    float[] elements = new float[(int) type.shape().elements()];
    Arrays.fill(elements, UNTOUCHED);
    return elements;
  }
}
