package dev.merapi.kernels.cpu;

import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.kernels.calls.Calls;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.product.CompiledProduct;
import dev.merapi.kernels.product.EpilogueOperands;
import dev.merapi.kernels.product.Problem;
import dev.merapi.kernels.product.TileEpilogue;
import dev.merapi.kernels.target.MachineTarget;
import java.lang.foreign.Arena;
import java.util.List;

/// A dense layer with a bias, compiled and run for nobody. The first kernel of a process takes some
/// 200 ms, nearly all for classes that are loaded and calls that are linked; the next take some
/// milliseconds.
final class FirstKernel {
  private static final int COLUMNS = 80;
  private static final int DEPTH = 80;
  private static final long ALIGNMENT = 64;

  /// Behind 127 calls the JVM makes a class for the handle that all kernels share, in a
  /// millisecond.
  private static final int RUNS = 130;

  private FirstKernel() {}

  /// Compiles it, runs it, and forgets it.
  ///
  /// @return whether it could be had: the system may refuse code
  static boolean run(MachineTarget target) {
    var bias = new TileEpilogue.Operand(TileEpilogue.Span.COLUMNS, MemoryType.F32);
    var sum = ScalarFn.apply(ScalarPrimitive.ADD, ScalarFn.arg(0), ScalarFn.arg(1));
    var relu = ScalarFn.apply(ScalarPrimitive.MAX, sum, ScalarFn.f32(0));
    Problem problem = Problem.rowMajor(1, COLUMNS, DEPTH).withPackedWeights();
    try (CompiledProduct layer =
            CompiledProduct.of(problem, TileEpilogue.of(relu, List.of(bias)), target);
        Arena arena = Arena.ofConfined()) {
      long a = floats(arena, DEPTH);
      long b = floats(arena, DEPTH * COLUMNS);
      long c = floats(arena, COLUMNS);
      long weights = arena.allocate(layer.weightBytes(), ALIGNMENT).address();
      long workspace = arena.allocate(layer.workspaceBytes(1), ALIGNMENT).address();
      layer.packWeights(b, weights);
      var operands = new EpilogueOperands(1);
      operands.set(0, floats(arena, COLUMNS), 0, 0);
      for (int i = 0; i < RUNS; i++) {
        layer.calls(Calls.NOW, a, weights, c, operands, 0, workspace, 0, 1);
      }
    }
    return target.refusal().isEmpty();
  }

  private static long floats(Arena arena, int count) {
    return arena.allocate((long) count * Float.BYTES, ALIGNMENT).address();
  }
}
