package dev.merapi;

import static dev.merapi.HookedPlans.BLOCK;
import static dev.merapi.HookedPlans.OPTIONS;
import static dev.merapi.HookedPlans.fill;
import static dev.merapi.HookedPlans.packed;
import static dev.merapi.HookedPlans.plans;
import static dev.merapi.HookedPlans.runOf;
import static dev.merapi.HookedPlans.weight;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.ops.Elementwise.ADD;
import static dev.merapi.ops.Elementwise.MUL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.HookedPlans.Hook;
import dev.merapi.MerapiException.Kind;
import dev.merapi.compiler.Pipeline;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Literal;
import dev.merapi.graph.Shape;
import dev.merapi.graph.Value;
import dev.merapi.memory.HostTensor;
import dev.merapi.ops.Compose;
import dev.merapi.spi.Packed;
import dev.merapi.spi.Program;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What plans of one model share, and the limit that they stay below together.
class SharedPlansTest {
  @Test
  void aPlanThatCannotBeMadeGivesItsCodeBack() {
    var hook = new Hook();
    var closed = new AtomicInteger();
    hook.closed = closed::incrementAndGet;
    hook.packs =
        program ->
            List.of(
                new Packed(
                    weight(program),
                    "layout",
                    64,
                    (_, _) -> {
                      throw MerapiException.of(Kind.MEMORY, "no memory left");
                    }));
    assertThrows(MerapiException.class, () -> plans(hook, 0));
    assertEquals(1, closed.get());
  }

  @Test
  void sizesSharePackedWeightsOfOneLayout() {
    var hook = new Hook();
    var filled = new AtomicInteger();
    hook.packs =
        program ->
            List.of(new Packed(weight(program), "same", BLOCK, (_, _) -> filled.incrementAndGet()));
    Plans plans = plans(hook, 0, OPTIONS.maxMemory(2 * BLOCK));
    try (var session = new Session(plans, () -> {})) {
      for (int size = 1; size <= 60; size++) {
        session.resize("N", size);
      }
      assertEquals(1, filled.get());
    } finally {
      plans.close();
    }
  }

  @Test
  void plansTogetherStayBelowTheLimitAndTheLeastUsedGoFirst() {
    var hook = new Hook();
    hook.packs = packed(rows -> rows);
    Plans plans = plans(hook, 0, OPTIONS.maxMemory(4 * BLOCK)); // three blocks and the rest
    Map<Integer, Plan> all = new LinkedHashMap<>();
    for (int size : new int[] {60, 1, 2, 60, 3}) {
      Plan plan = plans.hold(Map.of("N", (long) size));
      all.put(size, plan);
      plan.letGo();
      assertTrue(plans.inUse() <= 4 * BLOCK, () -> "in use: " + plans.inUse());
    }
    assertEquals(
        List.of(60, 2, 3), all.keySet().stream().filter(n -> all.get(n).isSettled()).toList());
    plans.close();
    assertEquals(0, plans.sharedBytes());
  }

  @Test
  void aSessionGetsASizeThatFitsOnlyWithoutTheOneItHas() {
    var hook = new Hook();
    hook.packs = packed(rows -> rows);
    Plans plans = plans(hook, 0, OPTIONS.maxMemory(3 * BLOCK / 2));
    try (var session = new Session(plans, () -> {})) {
      float expected = runOf(session);
      for (int size : new int[] {1, 7, 60, 1}) {
        session.resize("N", size);
        assertTrue(plans.inUse() <= 3 * BLOCK / 2, () -> "in use: " + plans.inUse());
        assertEquals(expected, runOf(session));
      }
    } finally {
      plans.close();
    }
  }

  @Test
  void aSizeThatDoesNotFitBesideThoseOfOtherSessionsIsRefused() {
    var hook = new Hook();
    hook.packs = packed(rows -> rows);
    Plans plans = plans(hook, 0, OPTIONS.maxMemory(3 * BLOCK / 2));
    try (var session = new Session(plans, () -> {})) {
      try (var _ = new Session(plans, () -> {})) {
        fill(session.input("x"));
        var error = assertThrows(MerapiException.class, () -> session.resize("N", 1));
        assertEquals(Kind.MEMORY, error.kind());
        assertTrue(error.getMessage().contains("held by sessions of=[{N=60}]"), error.getMessage());
        session.run(); // as it was
      }
      session.resize("N", 1);
    } finally {
      plans.close();
    }
  }

  @Test
  void aResizeThatLosesItsMemoryClosesTheSession() {
    var hook = new Hook();
    hook.packs = packed(rows -> rows);
    Plans plans = plans(hook, 0, OPTIONS.maxMemory(3 * BLOCK / 2));
    try (var session = new Session(plans, () -> {})) {
      hook.next =
          () -> {
            throw new StackOverflowError();
          };
      assertThrows(StackOverflowError.class, () -> session.resize("N", 1));
      assertEquals(Kind.CLOSED, assertThrows(MerapiException.class, session::run).kind());
      new Session(plans, () -> {}).close(); // the model is as it was
    } finally {
      plans.close();
    }
  }

  /// `x[N]` plus the first `N` of 60 constants, plus a constant and a parameter of 100,000 bytes.
  private static Graph constants() {
    var builder = new GraphBuilder("constants");
    float[] few = new float[60];
    float[] many = new float[(int) BLOCK / Float.BYTES];
    for (int i = 0; i < many.length; i++) {
      few[i % few.length] = i % few.length;
      many[i] = i % 2;
    }
    Value x = builder.input("x", f32("N"));
    Value w = builder.parameter("w", f32(many.length));
    Value all = builder.constant(Literal.of(Shape.of(many.length), many));
    Value some = builder.constant(Literal.of(Shape.of(few.length), few));
    Value first = builder.slice(some, List.of(0L), Shape.of("N"), List.of(1L));
    Value dot = Compose.sum(builder, builder.map(MUL.body(), w, all), 0);
    builder.output("y", builder.map(ADD.body(), builder.map(ADD.body(), x, first), dot));
    return builder.build();
  }

  @Test
  void parametersAndConstantsExistOnceForAllSizes() {
    Graph graph = constants();
    CompileOptions options = OPTIONS.maxMemory(4 * BLOCK);
    var w = HostTensor.allocate("w", f32(BLOCK / Float.BYTES));
    w.set(1, 3f);
    Plans plans =
        new Plans(
            "test",
            options,
            (sizes, limits) -> Pipeline.compile(graph, sizes, Program.Parameters.FROZEN, limits),
            Map.of("w", w));
    try (var session = new Session(plans, () -> {})) {
      for (int size = 1; size <= 60; size++) {
        session.resize("N", size);
        session.input("x").copyFrom(new float[size]);
        session.run();
        assertEquals(size + 2, session.output("y").getFloat(size - 1));
      }
      assertEquals(BLOCK, plans.sharedBytes(), 60 * 60 * Float.BYTES);
    } finally {
      plans.close();
    }
  }
}
