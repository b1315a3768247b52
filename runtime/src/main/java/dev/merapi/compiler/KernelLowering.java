package dev.merapi.compiler;

import dev.merapi.compiler.MatrixAxes.MatrixStrides;
import dev.merapi.compiler.Step.Kernel;
import dev.merapi.graph.Contract;
import dev.merapi.graph.Custom;
import dev.merapi.graph.Dim;
import dev.merapi.graph.Index;
import dev.merapi.graph.MapOp;
import dev.merapi.graph.Node;
import dev.merapi.graph.Reduce;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.Shape;
import dev.merapi.graph.Source;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.graph.View;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.Epilogue;
import dev.merapi.spi.Matrix;
import dev.merapi.spi.Operand;
import dev.merapi.spi.Region;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Lowers the steps that are not loop nests.
final class KernelLowering {
  private final Kernel step;
  private final Map<Value, Node> producers;
  private final Storages storages;
  private final List<Region> regions;

  private KernelLowering(
      Kernel step, Map<Value, Node> producers, Storages storages, List<Region> regions) {
    this.step = step;
    this.producers = producers;
    this.storages = storages;
    this.regions = regions;
  }

  static void lower(
      Kernel step, Map<Value, Node> producers, Storages storages, List<Region> regions) {
    boolean empty =
        step.nodes.getLast().results().stream().allMatch(each -> each.shape().elements() == 0);
    if (!empty) {
      new KernelLowering(step, producers, storages, regions).lower();
    }
  }

  private void lower() {
    Node node = step.first();
    switch (node.op()) {
      case Contract.Dot dot -> regions.add(product(dot, node));
      case Contract.Conv conv -> regions.add(convolution(conv, node));
      case Reduce.Window window -> {
        Operand in = dense(node.operands().getFirst());
        regions.add(new Region.Pool(step.label(), window, in, out()));
      }
      case Reduce.WindowGrad window -> {
        Operand in = dense(node.operands().get(0));
        Operand gradient = dense(node.operands().get(1));
        regions.add(new Region.PoolGradient(step.label(), window, in, gradient, out()));
      }
      case Index index ->
          regions.add(new Region.Indexed(step.label(), index, denseOperands(node), out()));
      case Custom custom -> {
        var results =
            node.results().stream()
                .map(each -> new Operand(storages.target(each).buffer(), each.type()))
                .toList();
        regions.add(new Region.UserDefined(step.label(), custom, denseOperands(node), results));
      }
      case View.Pad pad -> pad(pad, node);
      case View.Concat concat -> concat(concat, node);
      case Source _,
          MapOp _,
          View.Reshape _,
          View.Permute _,
          View.Broadcast _,
          View.Slice _,
          View.Flip _,
          Reduce.Fold _,
          Reduce.ArgFold _ ->
          throw new IllegalStateException("no kernel of its own: " + node);
    }
  }

  private Operand out() {
    return new Operand(storages.target(step.result()).buffer(), step.result().type());
  }

  private Operand dense(Value value) {
    return new Operand(storages.dense(value), value.type());
  }

  private List<Operand> denseOperands(Node node) {
    return node.operands().stream().map(this::dense).toList();
  }

  private Region convolution(Contract.Conv conv, Node node) {
    Operand first = dense(node.operands().get(0));
    Operand second = dense(node.operands().get(1));
    return new Region.Convolution(step.label(), conv, first, second, out(), epilogue(node));
  }

  private Region product(Contract.Dot dot, Node node) {
    Value left = node.operands().get(0);
    Value right = node.operands().get(1);
    var leftFree = Contract.Dot.free(left.type().rank(), dot.leftBatch(), dot.leftContract());
    var rightFree = Contract.Dot.free(right.type().rank(), dot.rightBatch(), dot.rightContract());
    Matrix a = matrix(left, new MatrixAxes(dot.leftBatch(), leftFree, dot.leftContract()));
    Matrix b = matrix(right, new MatrixAxes(dot.rightBatch(), dot.rightContract(), rightFree));
    long m = count(left.shape(), leftFree);
    long n = count(right.shape(), rightFree);
    long k = count(left.shape(), dot.leftContract());
    var out = new Matrix(out().buffer(), 0, m * n, n, 1);
    long batch = count(left.shape(), dot.leftBatch());
    return new Region.Product(step.label(), batch, m, n, k, a, b, out, epilogue(node));
  }

  private static long count(Shape shape, List<Integer> axes) {
    return axes.stream().mapToLong(shape::size).reduce(1, (a, b) -> a * b);
  }

  /// A value as a batch of matrices; copied in that order if its axes cannot be walked so.
  private Matrix matrix(Value value, MatrixAxes axes) {
    if (storages.of(value) instanceof Storage.Stored(Buffer buffer, Strided places)) {
      Optional<MatrixStrides> strides = axes.matrix(places, value.shape());
      if (strides.isPresent()) {
        return matrix(buffer, strides.get());
      }
    }
    var order = new ArrayList<>(axes.batch());
    order.addAll(axes.rows());
    order.addAll(axes.columns());
    var permute = new View.Permute(order);
    TensorType type = permute.infer(List.of(value.type())).getFirst();
    Storage permuted =
        switch (storages.of(value)) {
          case Storage.Stored(Buffer buffer, Strided places) ->
              new Storage.Stored(buffer, places.view(permute, value.shape()).orElseThrow());
          case Storage.Counted(Strided numbers) ->
              new Storage.Counted(numbers.view(permute, value.shape()).orElseThrow());
          case Storage.Splat splat -> splat;
        };
    Buffer copy = storages.newBuffer(step.label(), type, Buffer.Space.TEMPORARY);
    storages.copy(permuted, type, new Storage.Stored(copy, Strided.rowMajor(type.shape())));
    long columns = count(value.shape(), axes.columns());
    long rows = count(value.shape(), axes.rows());
    return new Matrix(copy, 0, rows * columns, columns, 1);
  }

  private static Matrix matrix(Buffer buffer, MatrixStrides strides) {
    return new Matrix(buffer, strides.offset(), strides.batch(), strides.row(), strides.column());
  }

  /// Composes the fused maps into one function of the product's element and other operands.
  private Epilogue epilogue(Node product) {
    if (step.epilogue().isEmpty()) {
      return Epilogue.NONE;
    }
    MatrixAxes axes = MatrixAxes.ofResult(product);
    var operands = new ArrayList<Matrix>();
    ScalarFn fn = ScalarFn.arg(0);
    Value current = product.result();
    for (Node node : step.epilogue()) {
      var arguments = new ArrayList<ScalarFn>();
      for (Value operand : node.operands()) {
        arguments.add(operand.equals(current) ? fn : argument(operand, axes, operands));
      }
      fn = ((MapOp) node.op()).fn().compose(arguments);
      current = node.result();
    }
    return new Epilogue(fn, operands);
  }

  private ScalarFn argument(Value operand, MatrixAxes axes, List<Matrix> operands) {
    if (storages.of(operand) instanceof Storage.Splat(int bits)) {
      return new ScalarFn.Const(operand.dtype(), bits);
    }
    Matrix matrix = epilogueMatrix(operand, axes);
    int known = operands.indexOf(matrix);
    if (known < 0) {
      operands.add(matrix);
      known = operands.size() - 1;
    }
    return ScalarFn.arg(known + 1);
  }

  private Matrix epilogueMatrix(Value operand, MatrixAxes axes) {
    Node node = producers.get(operand);
    if (storages.of(operand) instanceof Storage.Stored(Buffer buffer, Strided places)) {
      Optional<MatrixStrides> strides = axes.epilogue(places, operand.shape());
      if (strides.isPresent()) {
        return matrix(buffer, strides.get());
      }
    }
    // what is broadcast lies in another order: made dense before it is repeated
    if (node != null && node.op() instanceof View.Broadcast broadcast) {
      Value source = node.operands().getFirst();
      Buffer dense = storages.dense(source);
      Strided places =
          Strided.rowMajor(source.shape()).view(broadcast, source.shape()).orElseThrow();
      return matrix(dense, axes.epilogue(places, operand.shape()).orElseThrow());
    }
    Buffer dense = storages.dense(operand);
    Strided places = Strided.rowMajor(operand.shape());
    return matrix(dense, axes.epilogue(places, operand.shape()).orElseThrow());
  }

  private void pad(View.Pad pad, Node node) {
    Value operand = node.operands().getFirst();
    TensorType type = node.result().type();
    Storage.Stored target = storages.target(node.result());
    boolean padded = type.shape().elements() != operand.shape().elements();
    if (padded) {
      storages.copy(new Storage.Splat(pad.value().bits(0)), type, target);
    }
    long offset = 0;
    var strides = new ArrayList<Long>();
    for (int axis = 0; axis < type.rank(); axis++) {
      long stride = target.places().strides().get(axis);
      offset += pad.low().get(axis).value() * stride;
      strides.add((pad.between().get(axis) + 1) * stride);
    }
    var inside = new Storage.Stored(target.buffer(), new Strided(offset, strides));
    storages.copy(storages.of(operand), operand.type(), inside);
  }

  private void concat(View.Concat concat, Node node) {
    Storage.Stored target = storages.target(node.result());
    long offset = 0;
    for (Value operand : node.operands()) {
      var part = new Strided(offset, target.places().strides());
      storages.copy(
          storages.of(operand), operand.type(), new Storage.Stored(target.buffer(), part));
      Dim size = operand.shape().dim(concat.axis());
      offset += size.value() * target.places().strides().get(concat.axis());
    }
  }
}
