package dev.merapi.kernels.product;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.kernels.GuardedMemory;
import dev.merapi.kernels.calls.Calls;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.jit.NotingKernel;
import dev.merapi.kernels.product.Problem.Weights;
import dev.merapi.kernels.product.TileEpilogue.Operand;
import dev.merapi.kernels.product.TileEpilogue.Span;
import dev.merapi.kernels.target.MachineTarget;
import dev.merapi.kernels.target.Target;
import dev.merapi.kernels.target.TestTargets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whole products on every target, as the CPU backend runs them.
class CompiledProductTest {
  private static final long COMPILED_BY_THEN = 20_000_000_000L;

  /// `sum * ofRow + ofColumn`.
  private static final TileEpilogue AFFINE =
      TileEpilogue.of(
          ScalarFn.fma(ScalarFn.arg(0), ScalarFn.arg(1), ScalarFn.arg(2)),
          List.of(
              new Operand(Span.ROWS, MemoryType.F32), new Operand(Span.COLUMNS, MemoryType.F32)));

  static List<Target> targets() {
    return TestTargets.all();
  }

  private static List<Problem> problems() {
    Problem deep = Problem.rowMajor(45, 70, 1300);
    return List.of(
        Problem.rowMajor(1, 1, 1),
        Problem.rowMajor(37, 101, 30),
        Problem.rowMajor(37, 101, 30).withPackedWeights(),
        deep,
        deep.withPackedWeights(),
        deep.with(Strides.columnMajor(45), Strides.columnMajor(1300)),
        Problem.rowMajor(1, 300, 50).withPackedWeights(),
        Problem.rowMajor(100, 1, 50), // computed as one row
        Problem.rowMajor(100, 1, 50).withPackedWeights(),
        Problem.rowMajor(0, 5, 3),
        Problem.rowMajor(5, 4, 0));
  }

  @ParameterizedTest
  @MethodSource("targets")
  void theBitsAreThoseOfTheDefinitionInAnyNumberOfParts(Target target) {
    Random random = new Random(3);
    for (Problem problem : problems()) {
      Case product = new Case(problem, random);
      float[] ofRow = Case.drawn(problem.m(), random);
      float[] ofColumn = Case.drawn(problem.n(), random);
      float[] expected =
          product.expected((sum, row, column) -> Math.fma(sum, ofRow[row], ofColumn[column]));
      try (CompiledProduct compiled = CompiledProduct.of(problem, AFFINE, target)) {
        TestTargets.adopt(compiled.kernels());
        for (int parts = 1; parts <= 4; parts++) {
          float[] actual = run(compiled, product, parts, ofRow, ofColumn);
          Case.assertSameBits(expected, actual, problem + ", parts=" + parts);
        }
      }
    }
    if (target instanceof MachineTarget machine) {
      assertEquals(0, machine.size(), "code that was not given back");
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void drawnProductsGiveTheBitsOfTheDefinition(Target target) {
    Random random = new Random(5);
    for (int i = 0; i < 12; i++) {
      int m = 1 + random.nextInt(40);
      int n = 1 + random.nextInt(80);
      int k = 1 + random.nextInt(i % 4 == 0 ? 1400 : 60);
      Strides a = random.nextBoolean() ? Strides.rowMajor(k) : Strides.columnMajor(m);
      Strides b = random.nextBoolean() ? Strides.rowMajor(n) : Strides.columnMajor(k);
      Weights weights = random.nextBoolean() ? Weights.PACKED : Weights.FRESH;
      Problem problem = new Problem(m, n, k, a, b, n + random.nextInt(3), weights);
      Case product = new Case(problem, random);
      try (CompiledProduct compiled = CompiledProduct.of(problem, TileEpilogue.NONE, target)) {
        Case.assertSameBits(product.expected(), run(compiled, product, 2), "cold " + problem);
        TestTargets.adopt(compiled.kernels());
        Case.assertSameBits(product.expected(), run(compiled, product, 1), problem);
      }
    }
  }

  @Test
  void rowsThatOverlapAreRefused() {
    Strides a = Strides.rowMajor(2);
    Strides b = Strides.rowMajor(4);
    assertThrows(
        IllegalArgumentException.class, () -> new Problem(3, 4, 2, a, b, 3, Weights.FRESH));
  }

  private static float[] run(
      CompiledProduct compiled, Case product, int parts, float[]... operands) {
    return GuardedMemory.atBothEdges(memory -> {
      MemorySegment c = memory.copy(product.space());
      long b = memory.copy(product.b).address();
      long workspace = memory.allocate(compiled.workspaceBytes(parts), 64).address();
      if (product.problem.weights() == Weights.PACKED) {
        long weights = memory.allocate(compiled.weightBytes(), 64).address();
        compiled.packWeights(b, weights);
        b = weights;
      }
      var epilogue = new EpilogueOperands(operands.length);
      for (int i = 0; i < operands.length; i++) {
        epilogue.set(i, memory.copy(operands[i]).address(), 0, 0);
      }
      long a = memory.copy(product.a).address();
      for (int part = parts - 1; part >= 0; part--) {
        compiled.calls(Calls.NOW, a, b, c.address(), epilogue, 0, workspace, part, parts);
      }
      return Case.floats(c);
    });
  }

  /// A thread that is given an empty part costs time and brings none.
  @ParameterizedTest
  @MethodSource("targets")
  void eachOfTheMostPartsComputesSomething(Target target) {
    for (Problem problem :
        List.of(Problem.rowMajor(1, 128, 30), Problem.rowMajor(1, 300, 30), rows(45), rows(700))) {
      Case product = new Case(problem, new Random(3));
      try (CompiledProduct compiled = CompiledProduct.of(problem, TileEpilogue.NONE, target);
          Arena arena = Arena.ofConfined()) {
        int parts = compiled.units();
        long a = arena.allocateFrom(ValueLayout.JAVA_FLOAT, product.a).address();
        long b = arena.allocateFrom(ValueLayout.JAVA_FLOAT, product.b).address();
        MemorySegment c = arena.allocate(4L * problem.m() * problem.n(), 64);
        long workspace = arena.allocate(compiled.workspaceBytes(parts), 64).address();
        for (int part = 0; part < parts; part++) {
          c.fill((byte) 0x7f);
          var none = EpilogueOperands.NONE;
          compiled.calls(Calls.NOW, a, b, c.address(), none, 0, workspace, part, parts);
          boolean isChanged =
              IntStream.of(c.toArray(ValueLayout.JAVA_INT)).anyMatch(bits -> bits != 0x7f7f7f7f);
          assertTrue(isChanged, problem + ", part " + part + " of " + parts);
        }
      }
    }
  }

  private static Problem rows(int m) {
    return Problem.rowMajor(m, 20, 30);
  }

  @ParameterizedTest
  @MethodSource("targets")
  void shapesOfTheSameTilesShareCode(Target target) {
    try (var one = CompiledProduct.of(Problem.rowMajor(140, 64, 50), AFFINE, target)) {
      int kernels = target instanceof MachineTarget machine ? machine.size() : 0;
      try (var other = CompiledProduct.of(Problem.rowMajor(280, 96, 70), AFFINE, target)) {
        if (target instanceof MachineTarget machine) {
          assertEquals(kernels, machine.size());
        } else {
          assertEquals(one.kernels(), other.kernels());
        }
      }
    }
  }

  /// A height is a kernel, wherever in a result its strips lie, and weights have one layout.
  @ParameterizedTest
  @MethodSource("targets")
  void allHeightsOfAProductShareAFewKernels(Target target) {
    if (!(target instanceof MachineTarget machine)) {
      return;
    }
    int heights = KernelTable.of(target).stream().mapToInt(ProductKernel::mostRows).sum();
    List<CompiledProduct> products = new ArrayList<>();
    Set<Object> layouts = new HashSet<>();
    for (int pass = 0; pass < 2; pass++) {
      int before = machine.size();
      for (int m = 1; m <= 256; m++) {
        Problem problem = Problem.rowMajor(m, 120, 30).withPackedWeights();
        CompiledProduct product = CompiledProduct.of(problem, AFFINE, target);
        products.add(product);
        layouts.add(product.weightLayout());
      }
      int packing = 1;
      assertTrue(machine.size() <= heights + packing, "kernels=" + machine.size());
      assertEquals(pass == 0 ? 0 : machine.size(), before);
    }
    assertEquals(1, layouts.size());
    products.forEach(CompiledProduct::close);
    assertEquals(0, machine.size());
  }

  /// Operands that come from memory, results that go there, and long epilogues take their time too.
  @ParameterizedTest
  @MethodSource("targets")
  void theCollectorWaitsForShortRunsOnly(Target target) {
    assertTrue(isBrief(Problem.rowMajor(32, 32, 32), AFFINE, target));
    assertTrue(isBrief(Problem.rowMajor(1, 256, 256), AFFINE, target));
    assertFalse(isBrief(Problem.rowMajor(1, 1000, 1000), TileEpilogue.NONE, target));
    assertFalse(isBrief(Problem.rowMajor(1, 1, 1_000_000), TileEpilogue.NONE, target));
    assertFalse(isBrief(Problem.rowMajor(1000, 1000, 1), TileEpilogue.NONE, target));
    assertFalse(isBrief(Problem.rowMajor(1000, 1000, 0), TileEpilogue.NONE, target));
    ScalarFn tanh = ScalarFn.apply(ScalarPrimitive.TANH, ScalarFn.arg(0));
    assertFalse(isBrief(Problem.rowMajor(100, 100, 1), TileEpilogue.of(tanh, List.of()), target));
  }

  private static boolean isBrief(Problem problem, TileEpilogue epilogue, Target target) {
    return CompiledProduct.isBrief(ProductPlan.of(problem, epilogue, target));
  }

  /// In bytecode the distance of rows is cut to what the JIT is to know of it.
  @Test
  void rowsOfBytecodeAreInPlaceWhereTheyAreClose() {
    ProductKernel kernel =
        KernelTable.KERNELS.stream()
            .filter(each -> each.form() == CodeForm.SHORT)
            .findFirst()
            .orElseThrow();
    long most = ShortStrip.MOST_LINE_BYTES / Float.BYTES;
    assertEquals(SourceA.ROWS, sourceOfRows(most, kernel));
    assertEquals(SourceA.PANEL, sourceOfRows(most + 2, kernel));
    assertEquals(SourceA.PANEL, sourceOfRows(-31, kernel));
  }

  private static SourceA sourceOfRows(long row, ProductKernel kernel) {
    Problem problem = Problem.rowMajor(40, 64, 30).with(new Strides(row, 1), Strides.rowMajor(64));
    return ProductPlan.of(problem, TileEpilogue.NONE, kernel).tall().strip().a();
  }

  /// Code that moves vectors takes longer to compile than few weights take to be copied without.
  @Test
  void fewWeightsArePackedOneByOne() {
    Target machine = targets().getFirst();
    assertEquals(Packing.Order.ANY, order(Problem.rowMajor(1, 120, 256), machine));
    assertEquals(Packing.Order.LINES, order(Problem.rowMajor(1, 1024, 1024), machine));
  }

  private static Packing.Order order(Problem problem, Target target) {
    return ProductPlan.of(problem.withPackedWeights(), TileEpilogue.NONE, target).packing().order();
  }

  /// Elements of products are floats.
  @Test
  void anEpilogueGivesFloats() {
    ScalarFn truth = ScalarFn.apply(ScalarPrimitive.TO_BOOL, ScalarFn.arg(0));
    var e = assertThrows(IllegalArgumentException.class, () -> TileEpilogue.of(truth, List.of()));
    assertEquals("epilogue: no f32: type=bool", e.getMessage());
    ScalarFn number = ScalarFn.apply(ScalarPrimitive.TO_F32, truth);
    assertEquals(2, TileEpilogue.of(number, List.of()).computations());
  }

  /// Large weights take milliseconds.
  @Test
  void theCollectorDoesNotWaitForPacking() {
    var plan =
        ProductPlan.of(
            Problem.rowMajor(1, 30, 1300).withPackedWeights(),
            TileEpilogue.NONE,
            targets().getLast());
    List<String> calls = new ArrayList<>();
    plan.packWeights(new NotingKernel(calls), 0, 0);
    assertEquals(List.of("lasting", "lasting", "lasting"), calls);
  }

  @ParameterizedTest
  @MethodSource("targets")
  void compiledRunsAllocateNothing(Target target) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int size = 20;
    try (Arena arena = Arena.ofConfined();
        var product = CompiledProduct.of(Problem.rowMajor(size, size, size), AFFINE, target)) {
      long matrix = arena.allocate(4L * size * size, 64).address();
      long result = arena.allocate(4L * size * size, 64).address();
      long workspace = arena.allocate(product.workspaceBytes(1), 64).address();
      var operands = new EpilogueOperands(2);
      operands.set(0, matrix, 0, 0);
      operands.set(1, matrix, 0, 0);
      long least = Long.MAX_VALUE;
      long end = System.nanoTime() + COMPILED_BY_THEN;
      while (least > 0 && System.nanoTime() < end) { // what calls it is bytecode, interpreted first
        long before = threads.getCurrentThreadAllocatedBytes();
        product.calls(Calls.NOW, matrix, matrix, result, operands, 0, workspace, 0, 1);
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertEquals(0, least, "bytes of a run");
    }
  }
}
