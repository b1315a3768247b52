package dev.merapi.graph;

import static dev.merapi.graph.ScalarPrimitive.*;

import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/// A function of scalars: an expression over [ScalarPrimitive]s, its arguments and constants.
///
/// The body of every elementwise operation, epilogue and optimizer update. Sub-expressions may be
/// shared objects; what walks an expression should visit each object once ([#rewrite]).
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
      return this == other || (other instanceof Apply apply && same(this, apply, new HashSet<>()));
    }

    /// Looks two levels deep only: a full walk would visit shared sub-expressions again and again.
    @Override
    public int hashCode() {
      int hash = shallowHash(this);
      for (ScalarFn operand : operands) {
        hash = 31 * hash + shallowHash(operand);
      }
      return hash;
    }

    @Override
    public String toString() {
      return ScalarPrinter.print(this);
    }
  }

  private static int shallowHash(ScalarFn fn) {
    return switch (fn) {
      case Arg arg -> arg.hashCode();
      case Const constant -> constant.hashCode();
      case Apply(ScalarPrimitive primitive, List<ScalarFn> operands, DType type) ->
          Objects.hash(primitive, operands.size(), type);
    };
  }

  /// Whether two expressions are equal.
  ///
  /// @param equal pairs already found to be equal, by identity
  private static boolean same(ScalarFn a, ScalarFn b, Set<IdentityPair> equal) {
    if (a == b) {
      return true;
    }
    if (!(a instanceof Apply left && b instanceof Apply right)) {
      return a.equals(b);
    }
    if (left.primitive != right.primitive || left.operands.size() != right.operands.size()) {
      return false;
    }
    var pair = new IdentityPair(a, b);
    if (equal.contains(pair)) {
      return true;
    }
    for (int i = 0; i < left.operands.size(); i++) {
      if (!same(left.operands.get(i), right.operands.get(i), equal)) {
        return false;
      }
    }
    equal.add(pair);
    return true;
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

  /// The indices of the arguments used, ascending.
  default List<Integer> arguments() {
    var indices = new TreeSet<Integer>();
    rewrite(arg -> {
      indices.add(arg.index());
      return arg;
    });
    return List.copyOf(indices);
  }

  /// The number of arguments: one more than the largest index used.
  default int arity() {
    List<Integer> indices = arguments();
    return indices.isEmpty() ? 0 : indices.getLast() + 1;
  }

  /// This expression with every argument replaced; shared sub-expressions stay shared.
  default ScalarFn rewrite(Function<Arg, ScalarFn> replacement) {
    return rewrite(this, replacement, new IdentityHashMap<>());
  }

  private static ScalarFn rewrite(
      ScalarFn fn, Function<Arg, ScalarFn> replacement, Map<ScalarFn, ScalarFn> done) {
    ScalarFn known = done.get(fn);
    if (known != null) {
      return known;
    }
    ScalarFn result =
        switch (fn) {
          case Arg arg -> replacement.apply(arg);
          case Const constant -> constant;
          case Apply(ScalarPrimitive primitive, List<ScalarFn> operands, _) ->
              apply(
                  primitive,
                  operands.stream().map(each -> rewrite(each, replacement, done)).toList());
        };
    done.put(fn, result);
    return result;
  }

  /// This expression with its arguments replaced by the given ones, in order.
  default ScalarFn compose(List<ScalarFn> arguments) {
    return rewrite(arg -> arguments.get(arg.index()));
  }
}
