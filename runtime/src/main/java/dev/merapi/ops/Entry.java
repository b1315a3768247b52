package dev.merapi.ops;

import dev.merapi.graph.DType;
import dev.merapi.graph.ScalarFn;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;

/// A row of the catalogue, written as a sentence: body, oracle, and what differs from the usual.
///
/// @param bodies the body for each type it exists for
/// @param derivative one expression for each argument, over the arguments and the result
/// @param domains where tests draw each argument from
record Entry(
    Map<DType, ScalarFn> bodies,
    Optional<List<ScalarFn>> derivative,
    Oracle oracle,
    List<Domain> domains,
    Tolerance tolerance) {
  private static final Tolerance TWO_ULPS = new Tolerance(2, 0);
  private static final Domain USUAL = new Domain(-10, 10);

  /// A function of `f32`s.
  static Entry f32(ScalarFn body) {
    return generic(List.of(DType.F32), _ -> body);
  }

  /// A function that exists for `f32` and for `i32`.
  static Entry numbers(Function<DType, ScalarFn> body) {
    return generic(List.of(DType.F32, DType.I32), body);
  }

  /// A function that exists for integers (bit by bit) and for truth values.
  static Entry logic(Function<DType, ScalarFn> body) {
    return generic(List.of(DType.BOOL, DType.I32), body);
  }

  /// A function of truth values.
  static Entry truths(ScalarFn body) {
    return generic(List.of(DType.BOOL), _ -> body);
  }

  /// A function that exists for every type.
  static Entry any(Function<DType, ScalarFn> body) {
    return generic(List.of(DType.values()), body);
  }

  private static Entry generic(List<DType> types, Function<DType, ScalarFn> body) {
    var bodies = new EnumMap<DType, ScalarFn>(DType.class);
    types.forEach(type -> bodies.put(type, body.apply(type)));
    int arity = bodies.values().iterator().next().arity();
    var domains = Collections.nCopies(arity, USUAL);
    Oracle none = _ -> Double.NaN;
    return new Entry(bodies, Optional.empty(), none, domains, TWO_ULPS);
  }

  Entry oracle(DoubleUnaryOperator formula) {
    return oracleOf(x -> formula.applyAsDouble(x[0]));
  }

  Entry oracle(DoubleBinaryOperator formula) {
    return oracleOf(x -> formula.applyAsDouble(x[0], x[1]));
  }

  Entry oracleOf(Oracle formula) {
    return new Entry(bodies, derivative, formula, domains, tolerance);
  }

  /// The derivative by each argument: over the arguments, then the result.
  Entry derivative(ScalarFn... byArgument) {
    return new Entry(bodies, Optional.of(List.of(byArgument)), oracle, domains, tolerance);
  }

  /// The interval of every argument.
  Entry in(double low, double high) {
    var same = Collections.nCopies(domains.size(), new Domain(low, high));
    return new Entry(bodies, derivative, oracle, same, tolerance);
  }

  /// The interval of each argument.
  Entry in(Domain... intervals) {
    return new Entry(bodies, derivative, oracle, List.of(intervals), tolerance);
  }

  Entry within(double ulps) {
    return within(ulps, 0);
  }

  /// An error that is measured at `floor` where the true value is smaller.
  Entry within(double ulps, double floor) {
    return new Entry(bodies, derivative, oracle, domains, new Tolerance(ulps, floor));
  }
}
