package dev.merapi.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.graph.Contract.Conv;
import dev.merapi.graph.Contract.Dot;
import dev.merapi.graph.Contract.Role;
import dev.merapi.graph.ConvGeometry;
import dev.merapi.graph.Dim;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Index.Gather;
import dev.merapi.graph.Index.Scatter;
import dev.merapi.graph.MapOp;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.Op;
import dev.merapi.graph.Reduce.Fold;
import dev.merapi.graph.Reduce.Window;
import dev.merapi.graph.Reduce.WindowGrad;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.graph.View;
import dev.merapi.graph.WindowGeometry;
import dev.merapi.samples.OpSamples;
import dev.merapi.samples.Sample;
import dev.merapi.spi.LoopLimits;
import dev.merapi.spi.Program;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OperationsTest {
  private static final WindowGeometry WINDOW =
      new WindowGeometry(List.of(3L), List.of(2L), List.of(1L), List.of(2L), List.of(1L));

  private static long operations(Graph graph) {
    return Operations.of(
        Pipeline.compile(graph, Map.of(), Program.Parameters.FROZEN, LoopLimits.COMMON));
  }

  private static long operations(Op op, TensorType... types) {
    var builder = new GraphBuilder("test");
    var operands = new ArrayList<Value>();
    for (TensorType type : types) {
      operands.add(builder.input("x" + operands.size(), type));
    }
    builder.output("y", builder.add(op, operands).result());
    return operations(builder.build());
  }

  private static List<Sample> samples() {
    return OpSamples.all();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void everyOperationCostsAtLeastItsResults(Sample sample) {
    long results =
        sample.graph().outputs().stream().mapToLong(each -> each.value().shape().elements()).sum();
    long counted = operations(sample.graph());
    assertTrue(counted >= results, counted + " for " + results + " results");
  }

  @Test
  void aProductIsTwoForEachThatIsAddedUp() {
    var dot = Dot.matrix();
    long counted = operations(dot, TensorType.f32(5, 70), TensorType.f32(70, 3));
    // what is added up, results, operands that are packed, the beginning
    assertEquals(2 * 5 * 70 * 3 + 5 * 3 + 5 * 70 + 70 * 3 + 32, counted);
    var batched = new Dot(List.of(0), List.of(0), List.of(2), List.of(1));
    TensorType tiny = TensorType.f32(1000, 1, 1);
    assertEquals(1000 * (2 + 1 + 2 + 32), operations(batched, tiny, tiny));
  }

  @Test
  void aConvolutionHasAProductForEachTapOfWhatItComputes() {
    List<Dim> size = List.of(Dim.of(11));
    var geometry = new ConvGeometry(4, 6, 2, size, WINDOW);
    TensorType x = geometry.input(Dim.of(5));
    TensorType w = geometry.filter();
    TensorType y = geometry.output(Dim.of(5));
    // 11 and a padding of 3 have room for 6 windows
    long products = 2L * 5 * 6 * 6 * (4 / 2) * 3;
    long moved = 5 * 4 * 14 + 5 * 6 * 6 + 6 * 2 * 3 + 5 * 2 * 256;
    assertEquals(products + moved + 5 * 6 * 6, operations(new Conv(Role.FORWARD, geometry), x, w));
    // with zeros between the 6 windows' gradients: 3 filters of a group and 3 taps for each pixel
    long gradients = 2L * 5 * 4 * 11 * 3 * 3;
    assertEquals(gradients + moved + 5 * 4 * 11, operations(new Conv(Role.DATA, geometry), y, w));
    // 3 filters and 6 taps of a group are computed as 8 and 8
    long tiles = 2L * 5 * 6 * 2 * 8 * 8;
    assertEquals(tiles + moved + 6 * 2 * 3, operations(new Conv(Role.FILTER, geometry), x, y));
  }

  @Test
  void poolingWalksOverEachWindow() {
    TensorType x = TensorType.f32(2, 3, 11);
    TensorType y = TensorType.f32(2, 3, 6);
    long sum = 2 * 3 * 14 + 2 * 3 * 6 * 3 * 2;
    assertEquals(sum, operations(new Window(Monoid.SUM, WINDOW), x));
    assertEquals(sum, operations(new WindowGrad(Monoid.SUM, WINDOW), x, y));
    assertTrue(operations(new Window(Monoid.MAX, WINDOW), x) > sum);
  }

  @Test
  void elementwiseFunctionsCountByTheirPrimitives() {
    TensorType type = TensorType.f32(1000);
    var x = ScalarFn.arg(0);
    long add = operations(new MapOp(x.plus(ScalarFn.arg(1))), type, type);
    assertEquals(1000 * 5, add, "two loads, the sum, a store and the loop");
  }

  @Test
  void foldsCountWhatTheyReadNotWhatTheyLeave() {
    var fold = new Fold(Monoid.SUM, List.of(1));
    long counted = operations(fold, TensorType.f32(7, 1000));
    assertTrue(counted >= 2 * 7000 && counted < 4 * 7000, "" + counted);
  }

  @Test
  void copiesCountByWhatTheyMove() {
    var concat = new View.Concat(0);
    TensorType type = TensorType.f32(300, 7);
    assertTrue(operations(concat, type, type) >= 2 * 2 * 2100);
    var gather = new Gather(0, 0);
    TensorType indices = TensorType.i32(1000);
    assertEquals(1000 + 2 * 7000, operations(gather, TensorType.f32(2, 7), indices));
    var scatter = new Scatter(0, 0);
    TensorType updates = TensorType.f32(1000, 7);
    long scattered = operations(scatter, TensorType.f32(2, 7), indices, updates);
    assertEquals(2 * (14 + 1000 + 7000 + 14), scattered);
  }

  @Test
  void moreThan63BitsAreTheLargestNumber() {
    var builder = new GraphBuilder("test");
    Value left = builder.input("x", TensorType.f32(1L << 20, 1L << 20));
    Value right = builder.input("y", TensorType.f32(1L << 20, 1L << 20));
    for (int i = 0; i < 9; i++) {
      left = builder.add(Dot.matrix(), List.of(left, right)).result();
    }
    builder.output("y", left);
    assertEquals(Long.MAX_VALUE, operations(builder.build()));
  }

  @Test
  void aSequenceCostsTheSumOfItsParts() {
    var builder = new GraphBuilder("test");
    Value x = builder.input("x", TensorType.f32(40, 40));
    Value y = x;
    for (int i = 0; i < 3; i++) {
      var dot = Dot.matrix();
      y = builder.add(dot, Collections.nCopies(2, y)).result();
    }
    builder.output("y", y);
    assertEquals(3 * (2 * 64_000 + 3 * 1600 + 32), operations(builder.build()));
  }
}
