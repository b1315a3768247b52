package dev.merapi;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.dense;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.merapi.MerapiException.Kind;
import dev.merapi.compiler.Pipeline;
import dev.merapi.memory.HostTensor;
import dev.merapi.nn.Sequential;
import dev.merapi.spi.Addresses;
import dev.merapi.spi.Backend;
import dev.merapi.spi.Executable;
import dev.merapi.spi.Program;
import dev.merapi.spi.Runner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Plans of many sizes, given back and bound at moments that are hard to meet by chance.
class PlansTest {
  private static final CompileOptions OPTIONS = CompileOptions.on("reference").upTo("N", 60);

  /// Something to happen, once, when a plan is bound.
  private static final class Hook {
    Runnable next = () -> {};
    Runnable packs = () -> {};
    Runnable closed = () -> {};

    void happen() {
      Runnable now = next;
      next = () -> {};
      now.run();
    }
  }

  /// The reference backend with a hook, and as much scratch memory for small sizes as asked for.
  private record Hooked(Backend real, Hook hook, long scratch) implements Backend {
    @Override
    public String name() {
      return "hooked";
    }

    @Override
    public Executable compile(Program program, int threads) {
      Executable executable = real.compile(program, threads);
      boolean isSmall = program.sessionBytes() < 1000;
      return new HookedExecutable(executable, hook, isSmall ? scratch : 0);
    }
  }

  private record HookedExecutable(Executable real, Hook hook, long scratchBytes)
      implements Executable {
    @Override
    public long packedBytes() {
      return real.packedBytes();
    }

    @Override
    public void pack(Addresses addresses) {
      hook.packs.run();
      real.pack(addresses);
    }

    @Override
    public Runner bind(Addresses addresses) {
      hook.happen();
      return real.bind(addresses);
    }

    @Override
    public void warmUp() {}

    @Override
    public List<String> diagnostics() {
      return List.of();
    }

    @Override
    public void close() {
      hook.closed.run();
      real.close();
    }
  }

  private static Plans plans(Hook hook, long scratch) {
    Model model = Model.of(Sequential.of(dense(3, 2)), input("x", f32("N", 3)), RandomKey.of(1));
    return new Plans(
        "test",
        new Hooked(Backends.of(OPTIONS), hook, scratch),
        OPTIONS,
        sizes -> Pipeline.compile(model.graph(), sizes, Program.Parameters.FROZEN),
        model.parameters());
  }

  @Test
  void aPlanThatCannotBeMadeGivesItsCodeBack() {
    var hook = new Hook();
    var closed = new AtomicInteger();
    hook.closed = closed::incrementAndGet;
    hook.packs =
        () -> {
          throw MerapiException.of(Kind.MEMORY, "no memory left");
        };
    assertThrows(MerapiException.class, () -> plans(hook, 0));
    assertEquals(1, closed.get());
  }

  private static void fill(HostTensor x) {
    float[] values = new float[(int) x.elements()];
    Arrays.fill(values, 0.5f);
    x.copyFrom(values);
  }

  @Test
  void aPlanIsNotGivenBackWhileASessionIsAboutToBeBoundToIt() {
    var hook = new Hook();
    Plans plans = plans(hook, 0);
    try (var session = new Session(plans, _ -> {});
        var other = new Session(plans, _ -> {})) {
      fill(session.input("x"));
      session.run();
      float expected = session.output(Model.OUTPUT).getFloat(0);
      hook.next =
          () -> {
            for (int size = 2; size < 50; size++) { // more than are kept
              other.resize("N", size);
            }
          };
      session.resize("N", 1);
      fill(session.input("x"));
      session.run();
      assertEquals(expected, session.output(Model.OUTPUT).getFloat(0));
    } finally {
      plans.close();
    }
  }

  @Test
  void plansThatNobodyHoldsAreGivenBack() {
    Plans plans = plans(new Hook(), 0);
    var all = new ArrayList<Plan>();
    for (int size = 1; size <= 50; size++) {
      Plan plan = plans.hold(Map.of("N", (long) size));
      all.add(plan);
      if (size != 7) {
        plan.letGo();
      }
    }
    List<Integer> kept = new ArrayList<>();
    for (Plan plan : all) {
      if (!plan.uses().isClosed()) {
        kept.add(plan.sizes().get("N").intValue());
      }
    }
    List<Integer> expected = new ArrayList<>(List.of(7));
    for (int size = 21; size <= 50; size++) { // with the largest, 32
      expected.add(size);
    }
    assertEquals(expected, kept);
    plans.close();
  }

  @Test
  void aResizeThatFailsLeavesTheSessionAsItWas() {
    for (long scratch : new long[] {0, 100_000}) { // the second one needs larger memory
      var hook = new Hook();
      Plans plans = plans(hook, scratch);
      try (var session = new Session(plans, _ -> {})) {
        Plan small = plans.hold(Map.of("N", 1L));
        small.letGo();
        assertEquals(scratch > 0, small.sessionBytes() > plans.largest().sessionBytes());
        HostTensor x = session.input("x");
        fill(x);
        session.run();
        float[] expected = session.output(Model.OUTPUT).toFloats();
        hook.next =
            () -> {
              throw MerapiException.of(Kind.MEMORY, "no memory left");
            };
        assertEquals(
            Kind.MEMORY, assertThrows(MerapiException.class, () -> session.resize("N", 1)).kind());
        assertEquals(Map.of("N", 60L), session.sizes());
        fill(x);
        session.run();
        assertArrayEquals(expected, session.output(Model.OUTPUT).toFloats());

        session.resize("N", 1);
        assertEquals(Kind.CLOSED, assertThrows(MerapiException.class, () -> fill(x)).kind());
        fill(session.input("x"));
        session.run();
        assertArrayEquals(Arrays.copyOf(expected, 2), session.output(Model.OUTPUT).toFloats());
      } finally {
        plans.close();
      }
    }
  }

  @Test
  void aResizeThatFailsLetsGoOfItsPlan() {
    var hook = new Hook();
    Plans plans = plans(hook, 0);
    try (var session = new Session(plans, _ -> {})) {
      hook.next =
          () -> {
            throw MerapiException.of(Kind.MEMORY, "no memory left");
          };
      assertThrows(MerapiException.class, () -> session.resize("N", 1));
      Plan plan = plans.hold(Map.of("N", 1L));
      plan.letGo();
      assertFalse(plan.isHeld());
    } finally {
      plans.close();
    }
  }
}
