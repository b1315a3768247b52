package dev.merapi.compiler;

import dev.merapi.graph.Contract;
import dev.merapi.graph.Custom;
import dev.merapi.graph.Each;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.GraphRewriter;
import dev.merapi.graph.Index;
import dev.merapi.graph.Literal;
import dev.merapi.graph.MapOp;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.Node;
import dev.merapi.graph.Reduce;
import dev.merapi.graph.Reduce.Fold;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarFn.Const;
import dev.merapi.graph.Shape;
import dev.merapi.graph.Source;
import dev.merapi.graph.Source.Constant;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.graph.View;
import dev.merapi.reference.F32Evaluator;
import java.util.List;
import java.util.Optional;

/// Computes at compile time what depends on constants only, where a kernel would give the same
/// bits; and writes constants that are one value into the functions that read them.
final class ConstantFolding implements Pass {
  /// Constants of more elements are left to the kernels: they would only make the program larger.
  private static final long LARGEST = 4096;

  /// Elements computed for one graph at compile time, times the primitives that give them: a small
  /// file could ask for any number of them. The rest is left to the kernels, which give the same.
  private static final long MOST_WORK = 1 << 24;

  /// Whole numbers up to here are added without rounding, in any order.
  private static final double EXACT = 1 << 24;

  @Override
  public Graph apply(Graph graph) {
    var work = new Work();
    return GraphRewriter.rewrite(
        graph, (node, operands, builder) -> fold(node, operands, builder, work));
  }

  /// What has been done for a graph so far.
  private static final class Work {
    private long done;

    /// Whether some more is within the limit; it counts as done then.
    boolean affords(long more) {
      if (more > MOST_WORK - done) {
        return false;
      }
      done += more;
      return true;
    }
  }

  private static List<Value> fold(
      Node node, List<Value> operands, GraphBuilder builder, Work work) {
    List<Optional<Literal>> literals = Each.map(operands, operand -> literal(operand, builder));
    builder.at(node.path());
    return switch (node.op()) {
      case MapOp map -> List.of(map(map.fn(), operands, literals, builder, work));
      case View view
          when literals.stream().allMatch(Optional::isPresent)
              && work.affords(moved(literals, node.result().shape())) -> {
        var known = literals.stream().map(Optional::orElseThrow).toList();
        yield LiteralViews.apply(view, known, node.result().shape(), LARGEST)
            .map(literal -> List.of(builder.constant(literal)))
            .orElseGet(() -> builder.copy(node, operands));
      }
      case Fold fold ->
          literals
              .getFirst()
              .flatMap(literal -> reduced(fold, literal, node.result().type()))
              .map(literal -> List.of(builder.constant(literal)))
              .orElseGet(() -> builder.copy(node, operands));
      case View _, Source _, Reduce _, Contract _, Index _, Custom _ ->
          builder.copy(node, operands);
    };
  }

  /// The elements that a view of constants would move one by one.
  private static long moved(List<Optional<Literal>> literals, Shape result) {
    boolean splats = literals.stream().flatMap(Optional::stream).allMatch(Literal::isSplat);
    return splats || !result.isConstant() ? 1 : Math.min(result.elements(), LARGEST);
  }

  private static Optional<Literal> literal(Value value, GraphBuilder builder) {
    return builder.producer(value).op() instanceof Constant(Literal literal)
        ? Optional.of(literal)
        : Optional.empty();
  }

  private static Value map(
      ScalarFn fn,
      List<Value> operands,
      List<Optional<Literal>> literals,
      GraphBuilder builder,
      Work work) {
    if (literals.stream().allMatch(Optional::isPresent)) {
      var known = literals.stream().map(Optional::orElseThrow).toList();
      Optional<Literal> result = evaluated(fn, known, work);
      if (result.isPresent()) {
        return builder.constant(result.get());
      }
    }
    ScalarFn inlined = fn.rewrite(arg -> inlined(arg, literals.get(arg.index())));
    // a function of nothing needs an operand that tells its shape: better left as it is
    return inlined.arguments().isEmpty() || inlined.equals(fn)
        ? builder.add(new MapOp(fn), operands).result()
        : builder.map(inlined, operands);
  }

  private static ScalarFn inlined(ScalarFn.Arg arg, Optional<Literal> literal) {
    return literal.isPresent() && literal.get().isSplat()
        ? new Const(arg.type(), literal.get().bits(0))
        : arg;
  }

  /// A function of constants, unless a backend might give other bits: NaNs that a computation makes
  /// differ between machines.
  private static Optional<Literal> evaluated(ScalarFn fn, List<Literal> operands, Work work) {
    if (!FoldableFunctions.contains(fn)) {
      return Optional.empty();
    }
    TensorType shaped = operands.getFirst().type();
    boolean splats = operands.stream().allMatch(Literal::isSplat);
    if (!splats && shaped.shape().elements() > LARGEST) {
      return Optional.empty();
    }
    int count = splats ? 1 : Math.toIntExact(shaped.shape().elements());
    if (!work.affords((long) count * fn.parts().size())) {
      return Optional.empty();
    }
    var evaluator = F32Evaluator.of(fn);
    int[] results = new int[count];
    int[] arguments = new int[operands.size()];
    for (int i = 0; i < results.length; i++) {
      for (int k = 0; k < arguments.length; k++) {
        arguments[k] = operands.get(k).bits(i);
      }
      results[i] = evaluator.evaluate(arguments);
      if (fn.type().isFloat() && Float.isNaN(Float.intBitsToFloat(results[i]))) {
        return Optional.empty();
      }
    }
    return Optional.of(Literal.ofBits(new TensorType(fn.type(), shaped.shape()), results));
  }

  /// The fold of a constant that is one value, where no order of additions rounds.
  private static Optional<Literal> reduced(Fold fold, Literal operand, TensorType result) {
    if (!operand.isSplat() || !operand.type().shape().isConstant()) {
      return Optional.empty();
    }
    double value = operand.value(0);
    long count =
        fold.axes().stream().mapToLong(operand.type().shape()::size).reduce(1, Math::multiplyExact);
    boolean negativeZero = value == 0 && 1 / value < 0;
    boolean exact =
        fold.monoid() == Monoid.SUM
            ? value == Math.rint(value) && Math.abs(value) * count <= EXACT && !negativeZero
            : count > 0 && !Double.isNaN(value);
    if (!exact) {
      return Optional.empty();
    }
    double folded = fold.monoid() == Monoid.SUM ? value * count : value;
    return Optional.of(Literal.splat(result.dtype(), result.shape(), folded));
  }
}
