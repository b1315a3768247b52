package dev.merapi.graph;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Graph.Output;
import dev.merapi.graph.Graph.StatePair;
import dev.merapi.graph.Source.Input;
import dev.merapi.graph.Source.Parameter;
import dev.merapi.samples.OpSamples;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerifierTest {
  private static final TensorType TWO = TensorType.f32(2);
  private static final MapOp NEGATE = new MapOp(ScalarFn.arg(0).negate());
  private static final Value A = new Value(0, TWO);
  private static final Value B = new Value(1, TWO);
  private static final Value C = new Value(2, TWO);
  private static final Node INPUT = node(new Input("x", TWO), List.of(), A);
  private static final Node PARAMETER = node(new Parameter("w", TWO), List.of(), B);

  private static Node node(Op op, List<Value> operands, Value... results) {
    return new Node(op, operands, List.of(results), "net.fc1");
  }

  private static Graph graph(Node... nodes) {
    return new Graph("test", List.of(nodes), List.of(), List.of());
  }

  @Test
  void samplesAreValid() {
    OpSamples.all().forEach(each -> assertDoesNotThrow(() -> Verifier.verify(each.graph())));
  }

  @Test
  void showsTheBrokenNodeBetweenItsNeighbours() {
    var builder = new GraphBuilder("lenet").at("net.fc1");
    Value x = builder.input("x", TensorType.f32("N", 3));
    Value y = builder.map(NEGATE.fn(), x);
    Value z = builder.map(ScalarFn.arg(0).times(ScalarFn.arg(0)), y);
    builder.at("").output("z", z);
    var nodes = new ArrayList<>(builder.build().nodes());
    Collections.swap(nodes, 1, 2);
    var e = broken(Kind.TRACE, new Graph("lenet", nodes, List.of(), List.of()));
    assertEquals(
        """
        graph: operand is not defined before its use: graph=lenet, operand=%1, type=f32[N,3]; \
        at net.fc1, in
            %0: f32[N,3] = input() {label="x"} @ "net.fc1"
          > %2: f32[N,3] = map(%1) {mul($0:f32,$0:f32)} @ "net.fc1"
            %1: f32[N,3] = map(%0) {neg($0:f32)} @ "net.fc1"; \
        hint: nodes stand in the order in which they are computed\
        """,
        e.getMessage());
  }

  @Test
  void operandOfAnotherTypeIsNotTheValueOfThatId() {
    var other = new Value(0, TensorType.f32(3));
    broken(Kind.TRACE, graph(INPUT, node(NEGATE, List.of(other), new Value(1, TensorType.f32(3)))));
  }

  @Test
  void valueIsDefinedOnce() {
    broken(Kind.TRACE, graph(INPUT, node(NEGATE, List.of(A), A)));
  }

  @Test
  void typesAreThoseInferred() {
    broken(Kind.SHAPE, graph(INPUT, node(NEGATE, List.of(A), new Value(1, TensorType.f32(3)))));
    broken(Kind.SHAPE, graph(INPUT, node(NEGATE, List.of(A), B, C)));
    broken(Kind.SHAPE, graph(INPUT, node(NEGATE, List.of(A))));
  }

  @Test
  void operandsFit() {
    broken(Kind.SHAPE, graph(INPUT, node(NEGATE, List.of(), B)));
    broken(Kind.SHAPE, graph(INPUT, node(new View.Flip(List.of(0)), List.of(A, A), B)));
    broken(Kind.SHAPE, graph(INPUT, node(new View.Flip(List.of(1)), List.of(A), B)));
    broken(Kind.SHAPE, graph(INPUT, node(Contract.Dot.matrix(), List.of(A), B)));
  }

  @Test
  void labelsAreUnique() {
    broken(Kind.TRACE, graph(INPUT, node(new Input("x", TWO), List.of(), B)));
    broken(Kind.TRACE, graph(PARAMETER, node(new Parameter("w", TWO), List.of(), C)));
    var outputs = List.of(new Output("y", A), new Output("y", A));
    broken(Kind.TRACE, new Graph("test", List.of(INPUT), outputs, List.of()));
    // an input and a parameter may share one
    Verifier.verify(graph(INPUT, node(new Parameter("x", TWO), List.of(), B)));
  }

  @Test
  void outputsAreDefined() {
    var outputs = List.of(new Output("y", B));
    broken(Kind.TRACE, new Graph("test", List.of(INPUT), outputs, List.of()));
  }

  @Test
  void parametersAreStoredOnceWithTheirOwnType() {
    Node wide =
        node(new Parameter("v", TensorType.f32(3)), List.of(), new Value(2, TensorType.f32(3)));
    var nodes = List.of(INPUT, PARAMETER, wide);
    Verifier.verify(stores(nodes, new StatePair(B, A)));
    broken(Kind.TRACE, stores(nodes, new StatePair(A, B)));
    broken(Kind.TRACE, stores(nodes, new StatePair(B, A), new StatePair(B, B)));
    broken(Kind.TRACE, stores(nodes, new StatePair(B, new Value(7, TWO))));
    broken(Kind.SHAPE, stores(nodes, new StatePair(B, wide.result())));
  }

  private static Graph stores(List<Node> nodes, StatePair... pairs) {
    return new Graph("test", nodes, List.of(), List.of(pairs));
  }

  private static MerapiException broken(Kind kind, Graph graph) {
    var e = assertThrows(MerapiException.class, () -> Verifier.verify(graph));
    assertSame(kind, e.kind(), e.getMessage());
    assertTrue(e.getMessage().startsWith("graph: "), e.getMessage());
    return e;
  }
}
