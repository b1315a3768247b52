package dev.merapi.tests;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.elu;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Layers.dense;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.Backends;
import dev.merapi.CompileOptions;
import dev.merapi.CompileOptions.WarmUp;
import dev.merapi.CompiledModel;
import dev.merapi.KernelTarget;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Session;
import dev.merapi.nn.Module;
import dev.merapi.nn.Sequential;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// When vectors come to serve, on the CPU.
class WarmUpTest {
  /// No measure of speed: how long a test waits for the JIT where others want the machine too.
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /// What has a warm-up.
  private static final CompileOptions VECTORS = CompileOptions.cpu().target(KernelTarget.VECTOR);

  private static final Model MODEL = model(relu());

  private static Model model(Module activation) {
    return Model.of(
        Sequential.of(dense(200, 90), activation), input("x", f32("N", 200)), RandomKey.of(7));
  }

  private static float[] run(Session session) {
    session.input("x").copyFrom(RandomKey.of(3).normal(200 * 20, 0, 1));
    session.run();
    return session.output(Model.OUTPUT).toFloats();
  }

  /// What is said of kernels without vectors. Those that C2 compiled badly have them too: how well
  /// it does is not asked here.
  private static List<String> withoutVectors(CompiledModel compiled) {
    return compiled.diagnostics().stream()
        .filter(line -> !line.contains("are slower than usual"))
        .toList();
  }

  @Test
  void servingBringsVectorsInByItself() {
    try (CompiledModel compiled = MODEL.compile(VECTORS.size("N", 20));
        Session session = compiled.newSession()) {
      float[] first = run(session);
      assertTrue(compiled.diagnostics().toString().contains("run without vectors yet"));
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (!withoutVectors(compiled).isEmpty()) {
        assertTrue(System.nanoTime() < end, () -> compiled.diagnostics().toString());
        assertArrayEquals(first, run(session));
      }
      assertArrayEquals(first, run(session));
    }
  }

  @Test
  void machineCodeNeedsNoWarmUp() {
    String cpu = Backends.all().getFirst().probe().description();
    assumeTrue(cpu.startsWith("machine code"), cpu);
    CompileOptions options = CompileOptions.cpu().size("N", 20).warmUp(WarmUp.NEVER);
    try (CompiledModel compiled = MODEL.compile(options);
        CompiledModel vectors = MODEL.compile(VECTORS.size("N", 20).warmUp(WarmUp.NEVER));
        Session session = compiled.newSession();
        Session other = vectors.newSession()) {
      assertEquals(List.of(), compiled.diagnostics());
      assertArrayEquals(run(other), run(session));
    }
  }

  @Test
  void anInterruptedWarmUpLeavesEverythingUsable() {
    CompileOptions options = VECTORS.size("N", 20).warmUp(WarmUp.NEVER);
    try (CompiledModel compiled = model(elu()).compile(options); // no other test has its kernels
        Session session = compiled.newSession()) {
      float[] cold = run(session);
      Thread.currentThread().interrupt();
      compiled.warmUp();
      assertTrue(Thread.interrupted());
      assertFalse(compiled.diagnostics().isEmpty());
      assertArrayEquals(cold, run(session));
      compiled.warmUp();
      assertEquals(List.of(), withoutVectors(compiled));
      assertArrayEquals(cold, run(session));
    }
  }

  @Test
  void whatIsCompiledToBeWarmIsWarmInEachSize() {
    CompileOptions options = VECTORS.upTo("N", 20).warmUp(WarmUp.BEFORE);
    try (CompiledModel compiled = MODEL.compile(options);
        Session session = compiled.newSession()) {
      assertEquals(List.of(), withoutVectors(compiled));
      session.resize("N", 13);
      assertEquals(List.of(), withoutVectors(compiled));
    }
  }

  @Test
  void diagnosticsTellOfEachSizeInUse() {
    // of other kernels at every width: a product of 33 rows has the heights of 40 where tiles are
    // low
    CompileOptions options = VECTORS.upTo("N", 40).warmUp(WarmUp.NEVER);
    try (CompiledModel compiled = MODEL.compile(options);
        Session session = compiled.newSession()) {
      compiled.warmUp();
      assertEquals(List.of(), withoutVectors(compiled));
      session.resize("N", 3); // lower than any tile of 40 rows, whatever the width
      List<String> lines = compiled.diagnostics();
      assertFalse(lines.isEmpty());
      assertTrue(lines.getFirst().startsWith("{N=3}: "), lines.toString());
      compiled.warmUp(); // of all sizes in use
      assertEquals(List.of(), withoutVectors(compiled));
    }
  }

  /// A new version of a model, loaded while the old one serves.
  @Test
  void anotherModelOfTheSameLayersIsWarmAtOnce() {
    CompileOptions options = VECTORS.size("N", 20);
    try (CompiledModel old = MODEL.compile(options).warmUp();
        CompiledModel fresh = model(relu()).compile(options)) {
      assertEquals(List.of(), withoutVectors(old));
      assertEquals(List.of(), withoutVectors(fresh));
    }
  }
}
