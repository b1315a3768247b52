package dev.merapi;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.lambda;
import static dev.merapi.ops.Elementwise.ADD;
import static dev.merapi.ops.Elementwise.MUL;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException.Kind;
import dev.merapi.compiler.Pipeline;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Literal;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.memory.HostTensor;
import dev.merapi.nn.Sequential;
import dev.merapi.ops.Compose;
import dev.merapi.spi.Addresses;
import dev.merapi.spi.Backend;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.Executable;
import dev.merapi.spi.Packed;
import dev.merapi.spi.Program;
import dev.merapi.spi.Runner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/// Plans of many sizes, given back and bound at moments that are hard to meet by chance.
class PlansTest {
  private static final CompileOptions OPTIONS = CompileOptions.on("reference").upTo("N", 60);

  /// Sizes of which more are asked for than are kept.
  private static final int MANY = Plans.KEPT + 18;

  private static final CompileOptions WIDE =
      CompileOptions.on("reference").upTo("N", 2 * Plans.KEPT);

  /// Something to happen, once, when a plan is bound.
  private static final class Hook {
    Runnable next = () -> {};
    Function<Program, List<Packed>> packs = _ -> List.of();
    Runnable closed = () -> {};
    Addresses bound = new Addresses(Map.of(), List.of(), 0, 0);

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
      return new HookedExecutable(program, executable, hook, isSmall ? scratch : 0);
    }
  }

  private record HookedExecutable(Program program, Executable real, Hook hook, long scratchBytes)
      implements Executable {
    @Override
    public List<Packed> packed() {
      return hook.packs.apply(program);
    }

    @Override
    public Runner bind(Addresses addresses) {
      hook.bound = addresses;
      hook.happen();
      return real.bind(addresses);
    }

    @Override
    public boolean warmUp(Duration limit) {
      return true;
    }

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
    return plans(hook, scratch, OPTIONS);
  }

  private static Plans plans(Hook hook, long scratch, CompileOptions options) {
    Model model = Model.of(Sequential.of(dense(3, 2)), input("x", f32("N", 3)), RandomKey.of(1));
    return new Plans(
        "test",
        new Hooked(Backends.of(OPTIONS), hook, scratch),
        options,
        sizes -> Pipeline.compile(model.graph(), sizes, Program.Parameters.FROZEN),
        model.parameters());
  }

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

  private static Buffer weight(Program program) {
    return program.buffers().stream()
        .filter(buffer -> buffer.space() == Buffer.Space.PARAMETER)
        .findFirst()
        .orElseThrow();
  }

  private static final long BLOCK = 100_000;

  /// Packed weights of 100,000 bytes whose layout depends on the number of rows.
  private static Function<Program, List<Packed>> packed(LongFunction<Object> layout) {
    return program -> {
      long rows = program.buffer(Buffer.Space.INPUT, "x").type().shape().size(0);
      return List.of(new Packed(weight(program), layout.apply(rows), BLOCK, (_, _) -> {}));
    };
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
      fill(session.input("x"));
      session.run();
      float expected = session.output(Model.OUTPUT).getFloat(0);
      for (int size : new int[] {1, 7, 60, 1}) {
        session.resize("N", size);
        assertTrue(plans.inUse() <= 3 * BLOCK / 2, () -> "in use: " + plans.inUse());
        fill(session.input("x"));
        session.run();
        assertEquals(expected, session.output(Model.OUTPUT).getFloat(0));
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
            sizes -> Pipeline.compile(graph, sizes, Program.Parameters.FROZEN),
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

  private static void fill(HostTensor x) {
    float[] values = new float[(int) x.elements()];
    Arrays.fill(values, 0.5f);
    x.copyFrom(values);
  }

  @Test
  void aPlanIsNotGivenBackWhileASessionIsAboutToBeBoundToIt() {
    var hook = new Hook();
    Plans plans = plans(hook, 0, WIDE);
    try (var session = new Session(plans, () -> {});
        var other = new Session(plans, () -> {})) {
      fill(session.input("x"));
      session.run();
      float expected = session.output(Model.OUTPUT).getFloat(0);
      hook.next =
          () -> {
            for (int size = 2; size < MANY; size++) {
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
    Plans plans = plans(new Hook(), 0, WIDE);
    var all = new ArrayList<Plan>();
    for (int size = 1; size <= MANY; size++) {
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
    for (int size = MANY - Plans.KEPT + 3; size <= MANY; size++) { // beside 7 and the largest
      expected.add(size);
    }
    assertEquals(expected, kept);
    plans.close();
  }

  /// A view of an input writes for as long as somebody copies through it, resized or not.
  @Test
  void whatSteersAddressesLiesWhereNoViewOfAnotherSizeReaches() {
    var hook = new Hook();
    Plans plans = plans(hook, 0);
    try (var session = new Session(plans, () -> {})) {
      Addresses large = hook.bound;
      session.resize("N", 1);
      Addresses small = hook.bound;
      assertEquals(large.session(), small.session()); // the same memory
      long reach = large.session() + plans.largest().program().sessionBytes();
      assertTrue(small.scratch() < large.session() || small.scratch() >= reach);
    } finally {
      plans.close();
    }
  }

  @Test
  void inputsAreZerosUntilTheyAreFilledAfterAResizeToo() {
    Model model =
        Model.of(
            Sequential.of(
                lambda("choose", mask -> Tensor.where(mask, Tensor.scalar(1), Tensor.scalar(2)))),
            input("mask", TensorType.bool("N")),
            RandomKey.of(1));
    try (CompiledModel compiled = model.compile(CompileOptions.on("reference").upTo("N", 64));
        Session session = compiled.newSession()) {
      for (long size : new long[] {64, 33, 1, 64}) {
        session.resize("N", size);
        HostTensor mask = session.input("mask");
        assertArrayEquals(new boolean[(int) size], mask.toBooleans());
        for (int i = 0; i < size; i++) {
          assertEquals(0, mask.getInt(i));
        }
        session.run();
        mask.copyFrom(filled(size));
        session.run();
      }
    }
  }

  private static boolean[] filled(long size) {
    boolean[] all = new boolean[(int) size];
    Arrays.fill(all, true);
    return all;
  }

  @Test
  void aResizeThatFailsLeavesTheSessionAsItWas() {
    for (long scratch : new long[] {0, 100_000}) { // the second one needs larger memory
      var hook = new Hook();
      Plans plans = plans(hook, scratch);
      try (var session = new Session(plans, () -> {})) {
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
    try (var session = new Session(plans, () -> {})) {
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
