package dev.merapi.kernels.pool;

import dev.merapi.graph.Monoid;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Mask;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Var;
import dev.merapi.kernels.ir.build.Vec;
import java.util.List;

/// Writes a [PairGradient], whose arguments it has: it finds who wins each window, then writes four
/// selections.
final class PairGradientRoutine {
  private static final MemoryType F32 = MemoryType.F32;

  private final Monoid monoid;
  private final int lanes;
  private final RoutineBuilder b;

  private PairGradientRoutine(PairGradient kernel) {
    this.monoid = kernel.monoid();
    this.lanes = kernel.lanes().count();
    this.b = new RoutineBuilder("poolGradient" + monoid + lanes);
  }

  static Routine of(PairGradient kernel) {
    return new PairGradientRoutine(kernel).routine();
  }

  private Routine routine() {
    Ptr x = b.pointer("x");
    Ptr dy = b.pointer("dy");
    Ptr dx = b.pointer("dx");
    Int extent = b.integer("extent");
    Int lineBytes = b.integer("lineBytes");
    Int pooledLineBytes = b.integer("pooledLineBytes");
    LineVectors vectors = new LineVectors(b, LineVectors.columns(extent), lanes);
    Var<Ptr> operand = b.variable("operand", x);
    Var<Ptr> pooled = b.variable("pooled", dy);
    Var<Ptr> target = b.variable("target", dx);
    b.loop(
        LineVectors.lines(extent),
        _ -> {
          Ptr from = operand.get();
          Ptr gradients = pooled.get();
          Ptr to = target.get();
          vectors.forEach(column -> {
            Vec gradient = gradients.at(column, Float.BYTES).load(F32, lanes);
            List<Vec> shares = shares(from.plus(column, 2L * Float.BYTES), lineBytes, gradient);
            Ptr first = to.plus(column, 2L * Float.BYTES);
            first.here().store(F32, shares.get(0).concat(shares.get(1)).zip());
            first.at(lineBytes, 1).store(F32, shares.get(2).concat(shares.get(3)).zip());
          });
          operand.set(from.plus(lineBytes, 2));
          pooled.set(gradients.plus(pooledLineBytes));
          target.set(to.plus(lineBytes, 2));
        });
    return b.build();
  }

  /// What each of the four taps receives.
  private List<Vec> shares(Ptr window, Int lineBytes, Vec gradient) {
    if (monoid == Monoid.SUM) {
      return List.of(gradient, gradient, gradient, gradient);
    }
    Vec above = window.here().load(F32, 2 * lanes).unzip();
    Vec below = window.at(lineBytes, 1).load(F32, 2 * lanes).unzip();
    Vec extreme = above.slice(0, lanes);
    Vec second = above.slice(lanes, lanes);
    Vec third = below.slice(0, lanes);
    Mask winsSecond = Extremes.replaces(monoid, second, extreme);
    extreme = winsSecond.select(second, extreme);
    Mask winsThird = Extremes.replaces(monoid, third, extreme);
    extreme = winsThird.select(third, extreme);
    Mask winsFourth = Extremes.replaces(monoid, below.slice(lanes, lanes), extreme);
    // A later winner takes it from an earlier one.
    Mask notFirst = winsSecond.or(winsThird).or(winsFourth);
    Vec none = b.f32(lanes, 0);
    return List.of(
        notFirst.select(none, gradient),
        winsSecond.andNot(winsThird.or(winsFourth)).select(gradient, none),
        winsThird.andNot(winsFourth).select(gradient, none),
        winsFourth.select(gradient, none));
  }
}
