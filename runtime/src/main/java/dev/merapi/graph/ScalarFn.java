package dev.merapi.graph;

import static dev.merapi.graph.ScalarPrimitive.*;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;

/// A function of scalars: an expression over [ScalarPrimitive]s, its arguments and constants.
///
/// The body of every elementwise operation, epilogue and optimizer update. Sub-expressions may be
/// shared objects; what walks an expression should visit each object once, and not by recursion,
/// because it may be deep: [#parts], [#fold].
public sealed interface ScalarFn {
  /// The type of the result.
  DType type();

  /// The argument of that index.
  record Arg(int index, DType type) implements ScalarFn {
    @Override
    public String toString() {
      return "$" + index + ":" + type;
    }
  }

  /// A constant, kept as its 32 bits in memory so that equality is exact.
  record Const(DType type, int bits) implements ScalarFn {
    public Const {
      bits = type == DType.BOOL && bits != 0 ? 1 : bits; // equal truth values are equal
    }

    /// The value as a double (exact for every type).
    public double value() {
      return type == DType.F32 ? Float.intBitsToFloat(bits) : bits;
    }

    @Override
    public String toString() {
      return ScalarPrinter.print(this);
    }
  }

  /// A primitive applied to expressions.
  record Apply(ScalarPrimitive primitive, List<ScalarFn> operands, DType type) implements ScalarFn {
    public Apply {
      operands = List.copyOf(operands);
    }

    /// Equal expressions, however their sub-expressions are shared; each pair is compared once.
    @Override
    public boolean equals(Object other) {
      return this == other || (other instanceof Apply apply && ScalarParts.areEqual(this, apply));
    }

    /// Looks at the first few sub-expressions only: a full walk would visit shared ones again and
    /// again.
    @Override
    public int hashCode() {
      return ScalarParts.hash(this);
    }

    @Override
    public String toString() {
      return ScalarPrinter.print(this);
    }
  }

  /// The primitive applied to operands, types checked.
  static ScalarFn apply(ScalarPrimitive primitive, List<ScalarFn> operands) {
    return new Apply(
        primitive, operands, primitive.infer(operands.stream().map(ScalarFn::type).toList()));
  }

  /// The primitive applied to operands, types checked.
  static ScalarFn apply(ScalarPrimitive primitive, ScalarFn... operands) {
    return apply(primitive, List.of(operands));
  }

  /// The `f32` argument of that index.
  static ScalarFn arg(int index) {
    return new Arg(index, DType.F32);
  }

  /// The argument of that index and type.
  static ScalarFn arg(int index, DType type) {
    return new Arg(index, type);
  }

  /// An `f32` constant.
  static ScalarFn f32(double value) {
    return new Const(DType.F32, Float.floatToRawIntBits((float) value));
  }

  /// An `i32` constant.
  static ScalarFn i32(int value) {
    return new Const(DType.I32, value);
  }

  /// A `bool` constant.
  static ScalarFn bool(boolean value) {
    return new Const(DType.BOOL, value ? 1 : 0);
  }

  // The names below read as mathematics: prefix calls for functions, methods for operators.

  default ScalarFn plus(ScalarFn other) {
    return apply(ADD, this, other);
  }

  default ScalarFn minus(ScalarFn other) {
    return apply(SUB, this, other);
  }

  default ScalarFn times(ScalarFn other) {
    return apply(MUL, this, other);
  }

  default ScalarFn over(ScalarFn other) {
    return apply(DIV, this, other);
  }

  default ScalarFn negate() {
    return apply(NEG, this);
  }

  default ScalarFn lessThan(ScalarFn other) {
    return apply(LT, this, other);
  }

  default ScalarFn atMost(ScalarFn other) {
    return apply(LE, this, other);
  }

  default ScalarFn equalTo(ScalarFn other) {
    return apply(EQ, this, other);
  }

  default ScalarFn not() {
    return apply(NOT, this);
  }

  default ScalarFn and(ScalarFn other) {
    return apply(AND, this, other);
  }

  default ScalarFn or(ScalarFn other) {
    return apply(OR, this, other);
  }

  /// `this ? yes : no`, for a `bool`.
  default ScalarFn select(ScalarFn yes, ScalarFn no) {
    return apply(SELECT, this, yes, no);
  }

  /// `a * b + c`, rounded once.
  static ScalarFn fma(ScalarFn a, ScalarFn b, ScalarFn c) {
    return apply(FMA, a, b, c);
  }

  /// The sub-expressions, each object once, operands before what uses them; this one is last.
  default List<ScalarFn> parts() {
    return ScalarParts.of(this);
  }

  /// What is made of an expression from the operands up; each object is visited once, however deep
  /// or shared it is.
  ///
  /// @param step makes something of a sub-expression and of what was made of its operands, in order
  default <T> T fold(BiFunction<ScalarFn, List<T>, T> step) {
    Map<ScalarFn, T> made = new IdentityHashMap<>();
    for (ScalarFn part : parts()) {
      var operands = new ArrayList<T>();
      if (part instanceof Apply apply) {
        apply.operands().forEach(each -> operands.add(Objects.requireNonNull(made.get(each))));
      }
      made.put(part, step.apply(part, operands));
    }
    return Objects.requireNonNull(made.get(this));
  }

  /// The indices of the arguments used, ascending.
  default List<Integer> arguments() {
    var indices = new TreeSet<Integer>();
    for (ScalarFn part : parts()) {
      if (part instanceof Arg arg) {
        indices.add(arg.index());
      }
    }
    return List.copyOf(indices);
  }

  /// The number of arguments: one more than the largest index used.
  default int arity() {
    List<Integer> indices = arguments();
    return indices.isEmpty() ? 0 : indices.getLast() + 1;
  }

  /// This expression with every argument replaced; shared sub-expressions stay shared.
  default ScalarFn rewrite(Function<Arg, ScalarFn> replacement) {
    return fold((part, operands) ->
        switch (part) {
          case Arg arg -> replacement.apply(arg);
          case Const constant -> constant;
          case Apply apply -> apply(apply.primitive(), operands);
        });
  }

  /// This expression with its arguments replaced by the given ones, in order.
  default ScalarFn compose(List<ScalarFn> arguments) {
    return rewrite(arg -> arguments.get(arg.index()));
  }
}
