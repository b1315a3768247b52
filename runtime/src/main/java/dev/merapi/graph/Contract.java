package dev.merapi.graph;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Sums of products.
public sealed interface Contract extends Op {
  /// The general matrix product: sums over the contracted axes, pairs the batch axes.
  ///
  /// The result's axes are the batch axes, then the left operand's others, then the right one's.
  record Dot(
      List<Integer> leftBatch,
      List<Integer> rightBatch,
      List<Integer> leftContract,
      List<Integer> rightContract)
      implements Contract {
    public Dot {
      leftBatch = List.copyOf(leftBatch);
      rightBatch = List.copyOf(rightBatch);
      leftContract = List.copyOf(leftContract);
      rightContract = List.copyOf(rightContract);
    }

    /// `[M,K] x [K,N]`.
    public static Dot matrix() {
      return new Dot(List.of(), List.of(), List.of(1), List.of(0));
    }

    /// The axes of an operand of that rank that are neither batch nor contracted.
    public static List<Integer> free(int rank, List<Integer> batch, List<Integer> contract) {
      return IntStream.range(0, rank)
          .boxed()
          .filter(axis -> !batch.contains(axis) && !contract.contains(axis))
          .toList();
    }

    @Override
    public List<TensorType> infer(List<TensorType> operands) {
      TensorType left = operands.get(0);
      TensorType right = operands.get(1);
      if (!left.dtype().isFloat() || !right.dtype().isFloat()) {
        throw MerapiException.of(Kind.SHAPE, "dot: takes f32")
            .with("left", left)
            .with("right", right)
            .hint("convert with toF32");
      }
      boolean fits =
          areDistinct(left.rank(), leftBatch, leftContract)
              && areDistinct(right.rank(), rightBatch, rightContract)
              && pairs(left, leftBatch, right, rightBatch)
              && pairs(left, leftContract, right, rightContract);
      if (!fits) {
        throw MerapiException.of(Kind.SHAPE, "dot: operands do not fit")
            .with("left", left)
            .with("right", right)
            .with("contracted", leftContract + "x" + rightContract)
            .with("batch", leftBatch + "x" + rightBatch)
            .hint("the contracted sizes must be equal");
      }
      var dims = new ArrayList<Dim>();
      leftBatch.forEach(axis -> dims.add(left.shape().dim(axis)));
      free(left.rank(), leftBatch, leftContract).forEach(axis -> dims.add(left.shape().dim(axis)));
      free(right.rank(), rightBatch, rightContract)
          .forEach(axis -> dims.add(right.shape().dim(axis)));
      return List.of(left.with(new Shape(dims)));
    }

    private static boolean areDistinct(int rank, List<Integer> batch, List<Integer> contract) {
      var axes = new HashSet<>(batch);
      axes.addAll(contract);
      for (int axis : axes) {
        if (axis < 0 || axis >= rank) {
          return false;
        }
      }
      return axes.size() == batch.size() + contract.size();
    }

    private static boolean pairs(
        TensorType left, List<Integer> leftAxes, TensorType right, List<Integer> rightAxes) {
      if (leftAxes.size() != rightAxes.size()) {
        return false;
      }
      for (int i = 0; i < leftAxes.size(); i++) {
        if (!left.shape().dim(leftAxes.get(i)).equals(right.shape().dim(rightAxes.get(i)))) {
          return false;
        }
      }
      return true;
    }

    @Override
    public void vjp(Vjp context) {
      DotGradient.give(this, context);
    }

    @Override
    public String name() {
      return "dot";
    }
  }

  /// The three roles of a convolution; each is among the others' gradients.
  enum Role {
    /// `(x, w) -> y`.
    FORWARD,
    /// `(dy, w) -> dx`, also the transposed convolution.
    DATA,
    /// `(x, dy) -> dw`.
    FILTER
  }

  /// A convolution (in the field's sense: a cross-correlation) in one of its roles.
  ///
  /// Whatever the role, the geometry is that of the forward convolution: `x[N,C,spatial...]`,
  /// `w[O,C/groups,kernel...]`, `y[N,O,positions...]`.
  record Conv(Role role, ConvGeometry geometry) implements Contract {
    @Override
    public List<TensorType> infer(List<TensorType> operands) {
      TensorType first = operands.get(0);
      TensorType second = operands.get(1);
      Dim batch = first.rank() == 0 ? Dim.of(0) : first.shape().dim(0);
      TensorType x = geometry.input(batch);
      TensorType w = geometry.filter();
      TensorType y = geometry.output(batch);
      record Signature(TensorType first, TensorType second, TensorType result) {}
      Signature want =
          switch (role) {
            case FORWARD -> new Signature(x, w, y);
            case DATA -> new Signature(y, w, x);
            case FILTER -> new Signature(x, y, w);
          };
      if (!want.first.equals(first) || !want.second.equals(second)) {
        throw MerapiException.of(Kind.SHAPE, name() + ": operands do not fit")
            .with("operands", operands)
            .with("expected", want.first + " and " + want.second);
      }
      return List.of(want.result);
    }

    @Override
    public void vjp(Vjp context) {
      Value first = context.operand(0);
      Value second = context.operand(1);
      Value gradient = context.gradient();
      switch (role) {
        case FORWARD -> {
          give(context, 0, Role.DATA, gradient, second);
          give(context, 1, Role.FILTER, first, gradient);
        }
        case DATA -> {
          give(context, 0, Role.FORWARD, gradient, second);
          give(context, 1, Role.FILTER, gradient, first);
        }
        case FILTER -> {
          give(context, 0, Role.DATA, second, gradient);
          give(context, 1, Role.FORWARD, first, gradient);
        }
      }
    }

    private void give(Vjp context, int operand, Role role, Value first, Value second) {
      if (context.needs(operand)) {
        var conv = new Conv(role, geometry);
        context.give(operand, context.builder().add(conv, List.of(first, second)).result());
      }
    }

    @Override
    public Op bind(Map<String, Long> sizes) {
      return new Conv(role, geometry.bind(sizes));
    }

    @Override
    public String name() {
      return "conv." + role.name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
