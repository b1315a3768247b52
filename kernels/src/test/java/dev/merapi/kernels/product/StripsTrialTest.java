package dev.merapi.kernels.product;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.kernels.jit.KernelCache;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.kernels.jit.TieredKernel;
import dev.merapi.kernels.product.Packing.Order;
import dev.merapi.kernels.target.BytecodeTarget;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Trials drive products and packing until C2 has compiled them.
class StripsTrialTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final BytecodeTarget target = new BytecodeTarget(Lanes.widest(), new KernelCache());

  static List<Problem> problems() {
    return List.of(
        Problem.rowMajor(13, 21, 30).with(Strides.columnMajor(13), Strides.columnMajor(30)),
        Problem.rowMajor(13, 21, 700).withPackedWeights());
  }

  @ParameterizedTest
  @MethodSource("problems")
  void products(Problem problem) {
    try (CompiledProduct product = CompiledProduct.of(problem, TileEpilogue.NONE, target)) {
      product.kernels().forEach(StripsTrialTest::check);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"LINES", "STEPS"})
  void packing(Order order) {
    Packing packing = new Packing(order, 11, 4, CodeForm.SHORT);
    check(
        target
            .make(packing, packing::routine, () -> new PackingTrial(packing))
            .tiers()
            .orElseThrow());
  }

  private static void check(TieredKernel kernel) {
    assertTrue(kernel.warmUp(LIMIT).hasVectors(), kernel::name);
  }
}
