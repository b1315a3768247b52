package dev.merapi.kernels;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.gelu;
import static dev.merapi.nn.Layers.conv2d;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.flatten;
import static dev.merapi.nn.Layers.maxPool;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.CompileOptions;
import dev.merapi.CompiledModel;
import dev.merapi.Inspection;
import dev.merapi.KernelTarget;
import dev.merapi.MerapiException;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Session;
import dev.merapi.kernels.machine.CodePages;
import dev.merapi.kernels.target.MachineTarget;
import dev.merapi.kernels.target.Targets;
import dev.merapi.nn.Sequential;
import dev.merapi.spi.KernelText;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The target of kernels that a user chooses.
class TargetOptionsTest {
  private static final Model MODEL =
      Model.of(
          Sequential.of(conv2d(3, 5, 3), gelu(), maxPool(3), flatten(), dense(5 * 4 * 4, 7)),
          input("x", f32("N", 3, 14, 14)),
          RandomKey.of(7));

  private static float[] run(CompileOptions options) {
    try (CompiledModel compiled = MODEL.compile(options.size("N", 2));
        Session session = compiled.newSession()) {
      session.input("x").copyFrom(RandomKey.of(3).normal(2 * 3 * 14 * 14, 0, 1));
      session.run();
      return session.output(Model.OUTPUT).toFloats();
    }
  }

  @ParameterizedTest
  @EnumSource
  void allGiveTheSameBits(KernelTarget target) {
    assertArrayEquals(run(CompileOptions.cpu()), run(CompileOptions.cpu().target(target)));
  }

  @Test
  void otherOptionsKeepTheTarget() {
    CompileOptions options =
        CompileOptions.cpu()
            .target(KernelTarget.VECTOR)
            .size("N", 1)
            .upTo("M", 2)
            .threads(2)
            .maxMemory(1)
            .maxOperations(1)
            .warmUp(CompileOptions.WarmUp.NEVER)
            .pool(1, java.time.Duration.ZERO);
    assertEquals(KernelTarget.VECTOR, options.target().orElseThrow());
    assertEquals("cpu", options.backend().orElseThrow());
  }

  @Test
  void aBackendWithoutAChoiceSaysSo() {
    CompileOptions options =
        CompileOptions.on("reference").target(KernelTarget.SCALAR).size("N", 1);
    var error = assertThrows(MerapiException.class, () -> MODEL.compile(options).close());
    assertEquals(
        "options: the backend has no choice of targets: backend=reference, target=scalar",
        error.getMessage());
  }

  @ParameterizedTest
  @EnumSource
  void kernelsCanBeSeen(KernelTarget target) {
    Inspection inspection = Inspection.of(MODEL, Map.of("N", 1L));
    List<KernelText> kernels = inspection.kernels(CompileOptions.cpu().target(target));
    assertTrue(
        kernels.stream().anyMatch(each -> each.name().startsWith("pool")), kernels::toString);
    boolean isMachine = Targets.of(target).target() instanceof MachineTarget;
    for (KernelText kernel : kernels) {
      String head = "routine " + kernel.name() + "(";
      assertTrue(kernel.routine().startsWith(head), kernel.routine());
      assertFalse(kernel.place().isEmpty(), kernel.name());
      assertEquals(isMachine, kernel.code().isPresent());
      kernel.code().ifPresent(code -> assertTrue(code.instructions().length > 0));
    }
    // but for those that only copy numbers
    boolean usesVectors =
        kernels.stream()
            .flatMap(kernel -> kernel.code().stream())
            .anyMatch(code -> code.processor().contains("AVX"));
    assertEquals(isMachine, usesVectors);
  }

  /// In one mapping, as there is no more than a page of it for each but the last.
  @Test
  void aModelsCodeLiesTogetherAndIsGivenBack() {
    assumeTrue(Targets.of(KernelTarget.MACHINE).target() instanceof MachineTarget, "no code");
    CodePages pages = ((CodePages.Result.Pages) CodePages.host()).pages();
    run(CompileOptions.cpu()); // what the process has for itself
    long before = pages.bytes();
    for (int i = 0; i < 20; i++) {
      CompileOptions options = CompileOptions.cpu().target(KernelTarget.MACHINE).size("N", 2);
      try (CompiledModel compiled = MODEL.compile(options)) {
        long code =
            Inspection.of(MODEL, Map.of("N", 2L)).kernels(options).stream()
                .mapToLong(each -> each.code().orElseThrow().instructions().length)
                .sum();
        long mapped = pages.bytes() - before;
        assertTrue(mapped >= code && mapped < 2 * code + 4096, () -> code + " in " + mapped);
        assertEquals(List.of(), compiled.diagnostics());
      }
      assertEquals(before, pages.bytes());
    }
  }
}
