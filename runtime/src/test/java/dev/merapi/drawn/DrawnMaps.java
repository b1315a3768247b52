package dev.merapi.drawn;

import dev.merapi.drawn.Draft.Numbers;
import dev.merapi.graph.DType;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.graph.Shape;
import dev.merapi.graph.Value;
import dev.merapi.ops.Elementwise;
import java.util.List;

/// Draws maps of one, two and three operands.
final class DrawnMaps {
  private static final ScalarFn X = ScalarFn.arg(0);
  private static final ScalarFn Y = ScalarFn.arg(1);
  private static final ScalarFn Z = ScalarFn.arg(2);
  private static final ScalarFn M = ScalarFn.arg(0, DType.I32);
  private static final ScalarFn N = ScalarFn.arg(1, DType.I32);
  private static final ScalarFn P = ScalarFn.arg(0, DType.BOOL);
  private static final ScalarFn Q = ScalarFn.arg(1, DType.BOOL);

  /// Integers in, integers (or halves) out.
  private static final List<ScalarFn> OF_INTEGERS =
      List.of(
          body(Elementwise.NEG),
          body(Elementwise.ABS),
          body(Elementwise.SIGN),
          body(Elementwise.SQUARE),
          body(Elementwise.RELU),
          body(Elementwise.RELU6),
          body(Elementwise.HARD_TANH),
          ScalarFn.apply(ScalarPrimitive.FLOOR, X.times(ScalarFn.f32(0.5))),
          X.plus(ScalarFn.f32(1)),
          X.times(ScalarFn.f32(0.5)),
          X.times(X).plus(X.times(X)),
          X.lessThan(ScalarFn.f32(0)).select(X, X));

  /// Smooth functions that make nothing large.
  private static final List<ScalarFn> OF_REALS =
      List.of(
          body(Elementwise.NEG),
          body(Elementwise.TANH),
          body(Elementwise.SIGMOID),
          body(Elementwise.SOFTSIGN),
          body(Elementwise.SIN),
          body(Elementwise.GELU),
          body(Elementwise.ERF),
          body(Elementwise.SOFTPLUS),
          body(Elementwise.ATAN),
          body(Elementwise.RELU),
          body(Elementwise.ABS),
          X.times(ScalarFn.f32(0.3)));

  private static final List<ScalarFn> OF_TWO =
      List.of(
          X.plus(Y),
          X.plus(Y),
          X.minus(Y),
          X.times(Y),
          body(Elementwise.MIN),
          body(Elementwise.MAX),
          ScalarFn.fma(X, Y, X),
          X.lessThan(Y).select(X, Y));

  private final Draft draft;
  private final DrawnViews views;

  DrawnMaps(Draft draft, DrawnViews views) {
    this.draft = draft;
    this.views = views;
  }

  private static ScalarFn body(Elementwise entry) {
    return entry.body(DType.F32);
  }

  /// A map of some `f32` value, or one between the types.
  Value any() {
    return draft.oneIn(4) ? betweenTypes() : of(draft.number());
  }

  /// A map of this value, among others perhaps.
  Value of(Value x) {
    Shape shape = x.shape();
    return switch (draft.random.nextInt(6)) {
      case 0, 1 ->
          draft.map(draft.oneOf(draft.numbers == Numbers.INTEGERS ? OF_INTEGERS : OF_REALS), x);
      case 2 -> {
        Value y = views.shaped(DType.F32, shape);
        yield draft.map(ScalarFn.fma(X, Y, Z), x, y, views.shaped(DType.F32, shape));
      }
      default -> {
        Value y = views.shaped(DType.F32, shape);
        boolean swapped = draft.oneIn(2);
        yield draft.map(draft.oneOf(OF_TWO), swapped ? y : x, swapped ? x : y);
      }
    };
  }

  private Value betweenTypes() {
    return switch (draft.random.nextInt(5)) {
      case 0 -> {
        Value x = draft.number();
        Value y = views.shaped(DType.F32, x.shape());
        yield draft.map(draft.oneOf(List.of(X.lessThan(Y), X.atMost(Y), X.equalTo(Y))), x, y);
      }
      case 1 -> {
        Value x = draft.number();
        Value condition = views.shaped(DType.BOOL, x.shape());
        Value y = views.shaped(DType.F32, x.shape());
        yield draft.map(P.select(Y, Z), condition, x, y);
      }
      case 2 -> {
        Value m = integer();
        Value n = views.shaped(DType.I32, m.shape());
        var functions =
            List.of(
                M.plus(N),
                M.minus(N),
                M.times(N),
                ScalarFn.apply(ScalarPrimitive.MAX, M, N),
                ScalarFn.apply(ScalarPrimitive.XOR, M, N),
                ScalarFn.apply(ScalarPrimitive.SHR, M, N),
                M.lessThan(N).select(M, N));
        yield draft.map(draft.oneOf(functions), m, n);
      }
      case 3 -> draft.map(ScalarFn.apply(ScalarPrimitive.TO_F32, small(M)), integer());
      default -> {
        Value p = draft.any(value -> value.dtype() == DType.BOOL);
        if (p.dtype() == DType.BOOL) {
          Value q = views.shaped(DType.BOOL, p.shape());
          yield draft.map(draft.oneOf(List.of(P.and(Q), P.or(Q.not()))), p, q);
        }
        yield draft.map(ScalarFn.apply(ScalarPrimitive.TO_I32, X), draft.tame(p));
      }
    };
  }

  private Value integer() {
    Value found = draft.any(value -> value.dtype() == DType.I32);
    return found.dtype() == DType.I32
        ? found
        : draft.map(ScalarFn.apply(ScalarPrimitive.TO_I32, X), draft.tame(found));
  }

  /// The lowest three bits.
  private static ScalarFn small(ScalarFn x) {
    return ScalarFn.apply(ScalarPrimitive.AND, x, ScalarFn.i32(7));
  }
}
