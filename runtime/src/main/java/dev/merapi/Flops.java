package dev.merapi;

import dev.merapi.graph.Contract;
import dev.merapi.graph.Contract.Conv;
import dev.merapi.graph.Contract.Dot;
import dev.merapi.graph.ConvGeometry;
import dev.merapi.graph.Dim;
import dev.merapi.graph.Node;
import dev.merapi.graph.Shape;
import java.util.List;

/// Counts floating-point operations: two for each product that is added up. Products and
/// convolutions are counted; everything else is small beside them.
final class Flops {
  private Flops() {}

  /// How many a node has; 0 for what is not counted.
  static Dim of(Node node) {
    return node.op() instanceof Contract contract
        ? Dim.of(2).times(products(contract, node))
        : Dim.of(0);
  }

  private static Dim products(Contract contract, Node node) {
    Shape first = node.operands().getFirst().shape();
    return switch (contract) {
      case Dot dot ->
          product(dot.leftContract().stream().map(first::dim).toList())
              .times(node.result().shape().count());
      // Whatever its role, a convolution has the products of its forward form.
      case Conv(_, ConvGeometry geometry) ->
          geometry
              .output(first.dim(0))
              .shape()
              .count()
              .times(Dim.of(geometry.inChannels() / geometry.groups()))
              .times(product(geometry.window().kernel().stream().map(Dim::of).toList()));
    };
  }

  private static Dim product(List<Dim> factors) {
    return factors.stream().reduce(Dim.of(1), Dim::times);
  }
}
