package dev.merapi.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.drawn.Drawn;
import dev.merapi.drawn.DrawnKernels;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.ops.Elementwise;
import dev.merapi.reference.Interpreter;
import dev.merapi.spi.Access;
import dev.merapi.spi.LoopLimits;
import dev.merapi.spi.LoopNest.Instr;
import dev.merapi.spi.Program;
import dev.merapi.spi.Program.Parameters;
import dev.merapi.spi.Region;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MergingTest {
  private static final LoopLimits WIDE = new LoopLimits(150, 32, 16);
  private static final LoopLimits HUGE = new LoopLimits(10_000, 200, 200);
  private static final int GRAPHS = 150;
  private static final ScalarFn X = ScalarFn.arg(0);
  private static final ScalarFn Y = ScalarFn.arg(1);

  private static Program program(Drawn drawn, LoopLimits limits) {
    return Pipeline.compile(drawn.graph(), drawn.sizes(), Parameters.LIVE, limits);
  }

  private static long loops(Program program) {
    return program.regions().stream().filter(Region.Loops.class::isInstance).count();
  }

  @Test
  void drawnGraphsGiveTheSame() {
    int fewer = 0;
    for (long seed = 0; seed < GRAPHS; seed++) {
      Drawn drawn = DrawnKernels.draw(seed);
      Program common = program(drawn, LoopLimits.COMMON);
      Program huge = program(drawn, HUGE);
      fewer += loops(huge) < loops(common) ? 1 : 0;
      String name = "seed " + seed;
      assertEquals(fixed(common), fixed(huge), name);
      Interpreter.Result expected = ProgramInterpreter.run(common, drawn.bindings());
      Interpreter.Result actual = ProgramInterpreter.run(huge, drawn.bindings());
      expected
          .outputs()
          .forEach((label, data) -> assertArrayEquals(data, actual.output(label), name));
      expected
          .state()
          .forEach((label, data) ->
              assertArrayEquals(data, Objects.requireNonNull(actual.state().get(label)), name));
    }
    assertTrue(fewer > GRAPHS / 20, "graphs with fewer kernels: " + fewer);
  }

  /// What decides the order of sums: the kernels with folds, and the products with what they do
  /// before they store; buffers apart.
  private static List<String> fixed(Program program) {
    List<String> all = new ArrayList<>();
    for (Region region : program.regions()) {
      switch (region) {
        case Region.Loops(var nest) when nest.rank() > nest.outerRank() ->
            all.add(
                nest.label()
                    + nest.extents()
                    + nest.outerRank()
                    + nest.stages().stream()
                        .map(stage -> text(stage.inner()) + " | " + text(stage.point()))
                        .toList());
        case Region.Product product ->
            all.add(product.label() + product.epilogue().fn() + product.k());
        default -> {}
      }
    }
    return all.stream().sorted().toList();
  }

  private static List<String> text(List<Instr> code) {
    return code.stream()
        .map(each ->
            switch (each) {
              case Instr.Load(int id, var type, Access access) ->
                  id + " " + type + access.offset() + access.strides();
              case Instr.Store(var type, Access access, int operand) ->
                  operand + " " + type + access.offset() + access.strides();
              default -> each.toString();
            })
        .toList();
  }

  /// A gate of twelve operands, a state and two results, of which every target takes parts only.
  @Test
  void aCellIsOneKernelWhereTheTargetTakesIt() {
    var builder = new GraphBuilder("cell");
    List<Value> gates = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Value sum = builder.parameter("w" + i, TensorType.f32(8, 64));
      sum = builder.map(X.plus(Y), sum, builder.parameter("u" + i, TensorType.f32(8, 64)));
      gates.add(builder.map(X.plus(Y), sum, builder.parameter("b" + i, TensorType.f32(8, 64))));
    }
    ScalarFn gate = Elementwise.SIGMOID.body(gates.getFirst().dtype());
    ScalarFn tanh = Elementwise.TANH.body(gates.getFirst().dtype());
    Value kept =
        builder.map(
            X.times(Y), builder.map(gate, gates.get(1)), builder.input("c", TensorType.f32(8, 64)));
    Value taken =
        builder.map(X.times(Y), builder.map(gate, gates.get(0)), builder.map(tanh, gates.get(2)));
    Value cell = builder.map(X.plus(Y), kept, taken);
    builder.output("c2", cell);
    builder.output(
        "h", builder.map(X.times(Y), builder.map(gate, gates.get(3)), builder.map(tanh, cell)));
    Drawn drawn = new Drawn(builder.build(), Map.of(), Map.of());
    assertTrue(loops(program(drawn, LoopLimits.COMMON)) > 1);
    assertEquals(1, loops(program(drawn, WIDE)));
  }

  /// What another point computes may not be there yet.
  @Test
  void whatIsReadThroughAViewStaysApart() {
    TensorType square = TensorType.f32(4, 4);
    var builder = new GraphBuilder("turned");
    Value first = builder.map(X.plus(Y), builder.input("a", square), builder.input("b", square));
    Value turned = builder.permute(first, List.of(1, 0));
    builder.output("y", builder.map(X.plus(Y), builder.input("c", square), turned));
    Drawn drawn = new Drawn(builder.build(), Map.of(), Map.of());
    assertEquals(2, loops(program(drawn, HUGE)));
  }

  /// Loops between two others would have to run in the middle of one kernel.
  @Test
  void whatIsNeededInBetweenStaysApart() {
    var builder = new GraphBuilder("between");
    Value x = builder.parameter("x", TensorType.f32(16, 16));
    Value first = builder.map(X.times(X), x);
    Value turned = builder.permute(first, List.of(1, 0));
    Value sum = builder.fold(dev.merapi.graph.Monoid.SUM, turned, List.of(0));
    Value spread = builder.unfold(sum, turned.shape(), List.of(0));
    builder.output("y", builder.map(X.plus(Y), first, spread));
    Drawn drawn = new Drawn(builder.build(), Map.of(), Map.of());
    assertEquals(loops(program(drawn, LoopLimits.COMMON)), loops(program(drawn, HUGE)));
  }

  @Test
  void noKernelExceedsTheLimits() {
    LoopLimits limits = new LoopLimits(200, 20, 20);
    for (long seed = 0; seed < GRAPHS; seed++) {
      for (Region region : program(DrawnKernels.draw(seed), limits).regions()) {
        if (region instanceof Region.Loops(var nest) && nest.rank() == nest.outerRank()) {
          long accesses =
              nest.stages().stream()
                  .flatMap(stage -> stage.inner().stream())
                  .filter(each -> each instanceof Instr.Load || each instanceof Instr.Store)
                  .count();
          assertTrue(accesses <= 20, "seed " + seed + ": accesses=" + accesses);
        }
      }
    }
  }
}
