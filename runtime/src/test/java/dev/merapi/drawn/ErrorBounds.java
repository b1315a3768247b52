package dev.merapi.drawn;

import dev.merapi.graph.Contract;
import dev.merapi.graph.Custom;
import dev.merapi.graph.Graph;
import dev.merapi.graph.Index;
import dev.merapi.graph.MapOp;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.Node;
import dev.merapi.graph.Reduce;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.Source;
import dev.merapi.graph.Value;
import dev.merapi.graph.ValueMap;
import dev.merapi.graph.View;
import java.util.Arrays;
import java.util.List;

/// How far each value of a graph may be from the interpreter's when it is computed in `f32`, in any
/// order of additions: a bound for all elements of a value, followed from node to node.
///
/// 0 means the same number; infinity that nothing can be said, because a number that may be
/// slightly off decides about something (a comparison, a rounding, a largest element).
final class ErrorBounds {
  /// What one operation may be off, in parts of its largest number.
  private static final double ROUNDING = 1e-6;

  /// Winograd's method works with fractions.
  private static final double TRANSFORMED = 1e-4;

  /// Channels below which every product is a chain of multiply-adds.
  private static final int FEW_CHANNELS = 8;

  /// Integers up to here fit into the digits of an `f32`.
  private static final double DIGITS = 1 << 24;

  private final ValueMap<double[]> values;
  private final ValueMap<Double> errors = new ValueMap<>();

  private ErrorBounds(ValueMap<double[]> values) {
    this.values = values;
  }

  /// @param graph with one primitive in each map
  /// @param values what the interpreter gives
  static ValueMap<Double> of(Graph graph, ValueMap<double[]> values) {
    var bounds = new ErrorBounds(values);
    for (Node node : graph.nodes()) {
      double error = bounds.of(node);
      for (Value result : node.results()) {
        bounds.errors.put(
            result, result.dtype().isFloat() || error == 0 ? error : Double.POSITIVE_INFINITY);
      }
    }
    return bounds.errors;
  }

  private double of(Node node) {
    double most = node.results().stream().mapToDouble(this::largest).max().orElse(0);
    if (node.operands().stream().anyMatch(operand -> error(operand) == Double.POSITIVE_INFINITY)) {
      return Double.POSITIVE_INFINITY;
    }
    double error =
        switch (node.op()) {
          case Source _ -> 0;
          case View _, Index.Gather _ -> most(node.operands());
          case MapOp(ScalarFn fn) -> map(fn, node);
          case Reduce reduce -> reduce(reduce, node);
          case Contract contract -> contract(contract, node);
          case Index.Scatter _ -> {
            Value x = node.operands().get(0);
            Value updates = node.operands().get(2);
            double terms = 1 + updates.shape().elements();
            double size = largest(x) + terms * largest(updates);
            yield sum(size, grain(List.of(x, updates)), terms) + error(x) + terms * error(updates);
          }
          case Custom _ -> ROUNDING * most + most(node.operands()) * (1 + 2 * largest(node));
        };
    if (node.operands().isEmpty() || Double.isNaN(error)) {
      return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
    }
    boolean fits = node.results().stream().allMatch(this::fits);
    if (!fits && most > 1e30) {
      return Double.POSITIVE_INFINITY;
    }
    return fits ? error : error + ROUNDING * most + 1e-37;
  }

  private double map(ScalarFn fn, Node node) {
    if (!(fn instanceof ScalarFn.Apply apply)) {
      return most(node.operands());
    }
    List<Value> x = node.operands();
    double off = most(x);
    Value result = node.result();
    return switch (apply.primitive()) {
      case NEG, ABS, MIN, MAX, SIN, COS, TANH, ATAN, FMA, ADD, SUB, MUL, ERF, SELECT ->
          switch (apply.primitive()) {
            case ADD, SUB -> error(x.get(0)) + error(x.get(1));
            case MUL -> product(x.get(0), x.get(1));
            case FMA -> product(x.get(0), x.get(1)) + error(x.get(2));
            case SELECT -> Math.max(error(x.get(1)), error(x.get(2)));
            case ERF -> 1.2 * off;
            default -> off;
          };
      case DIV ->
          off == 0 ? 0 : (error(x.get(0)) + largest(result) * error(x.get(1))) / least(x.get(1));
      case SQRT -> off == 0 ? 0 : off / Math.max(1e-30, least(result));
      case EXP -> off * largest(result) * 2;
      case EXPM1 -> off * (largest(result) + 1) * 2;
      case LOG -> off == 0 ? 0 : 2 * off / Math.max(1e-30, least(x.get(0)));
      case LOG1P -> off == 0 ? 0 : 2 * off / Math.max(1e-30, leastAboveMinusOne(x.get(0)));
      case TO_F32 -> off;
      case POW,
          FLOOR,
          CEIL,
          ROUND,
          LT,
          LE,
          EQ,
          AND,
          OR,
          XOR,
          NOT,
          SHL,
          SHR,
          USHR,
          TO_I32,
          TO_BOOL,
          BITS,
          FROM_BITS ->
          off == 0 ? 0 : Double.POSITIVE_INFINITY;
    };
  }

  private double reduce(Reduce reduce, Node node) {
    Value x = node.operands().getFirst();
    double off = error(x);
    double terms = Math.max(1, x.shape().elements());
    return switch (reduce) {
      case Reduce.Fold(Monoid monoid, _) -> folded(monoid, x, terms);
      case Reduce.Window(Monoid monoid, _) -> folded(monoid, x, terms);
      case Reduce.ArgFold _ -> off == 0 ? 0 : Double.POSITIVE_INFINITY;
      case Reduce.WindowGrad(Monoid monoid, _) ->
          monoid != Monoid.SUM && off != 0
              ? Double.POSITIVE_INFINITY
              : folded(Monoid.SUM, node.operands().get(1), terms);
    };
  }

  private double folded(Monoid monoid, Value x, double terms) {
    if (monoid != Monoid.SUM || !x.dtype().isFloat()) {
      return error(x);
    }
    double all = Arrays.stream(values.get(x)).map(Math::abs).sum();
    return sum(all * terms / Math.max(1, x.shape().elements()), grain(List.of(x)), terms)
        + terms * error(x);
  }

  private double contract(Contract contract, Node node) {
    Value a = node.operands().get(0);
    Value b = node.operands().get(1);
    double terms =
        switch (contract) {
          case Contract.Dot dot ->
              dot.leftContract().stream()
                  .mapToDouble(axis -> a.shape().size(axis))
                  .reduce(1, (x, y) -> x * y);
          case Contract.Conv _ -> Math.max(a.shape().elements(), b.shape().elements());
        };
    double size = terms * largest(a) * largest(b);
    double rounding =
        contract instanceof Contract.Conv conv && isTransformed(conv)
            ? TRANSFORMED * size
            : sum(size, grain(List.of(a)) * grain(List.of(b)), terms);
    return rounding + terms * product(a, b);
  }

  private static boolean isTransformed(Contract.Conv conv) {
    var kernel = conv.geometry().window().kernel();
    return kernel.equals(List.of(3L, 3L))
        && Math.max(conv.geometry().inChannels(), conv.geometry().outChannels()) > FEW_CHANNELS;
  }

  /// The error of a sum of so many terms, together at most so large, all multiples of the grain.
  private static double sum(double size, double grain, double terms) {
    return grain > 0 && size / grain <= DIGITS ? 0 : ROUNDING * size * (1 + Math.log(terms + 1));
  }

  private double product(Value a, Value b) {
    return largest(a) * error(b) + largest(b) * error(a) + error(a) * error(b);
  }

  private double most(List<Value> operands) {
    return operands.stream().mapToDouble(this::error).max().orElse(0);
  }

  private double largest(Node node) {
    return node.operands().stream().mapToDouble(this::largest).max().orElse(0);
  }

  private double error(Value value) {
    return errors.get(value);
  }

  /// The largest magnitude among finite elements.
  private double largest(Value value) {
    return Arrays.stream(values.get(value)).map(Math::abs).filter(Double::isFinite).max().orElse(0);
  }

  private double least(Value value) {
    return Arrays.stream(values.get(value)).map(Math::abs).min().orElse(1);
  }

  private double leastAboveMinusOne(Value value) {
    return Arrays.stream(values.get(value)).map(each -> each + 1).min().orElse(1);
  }

  private boolean fits(Value value) {
    return !value.dtype().isFloat()
        || Arrays.stream(values.get(value))
            .allMatch(each -> (float) each == each || Double.isNaN(each));
  }

  /// The largest power of two, from 1 down, of which all elements are multiples; 0 if there is
  /// none.
  private double grain(List<Value> all) {
    for (double grain = 1; grain > 1e-6; grain /= 2) {
      double each = grain;
      if (all.stream().allMatch(value -> isMultiple(values.get(value), each))) {
        return grain;
      }
    }
    return 0;
  }

  private static boolean isMultiple(double[] elements, double grain) {
    return Arrays.stream(elements).allMatch(each -> each / grain == Math.rint(each / grain));
  }
}
