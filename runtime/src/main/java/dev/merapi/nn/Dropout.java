package dev.merapi.nn;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.Trace;
import dev.merapi.graph.DType;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.Shape;
import java.util.List;

/// In training, sets elements or whole channels to zero, each with probability `p`, and divides the
/// others by `1 - p` (Srivastava et al., JMLR 15, 2014); gives back its input otherwise.
///
/// Which ones is drawn anew at each step, from the step's key and the layer's name:
/// [dev.merapi.TrainStep#seed].
public final class Dropout extends Module {
  /// What is dropped at once, from the first axes of the operand.
  private enum Unit {
    ELEMENT("Dropout"),
    CHANNEL("Dropout2d");

    private final String kind;

    Unit(String kind) {
      this.kind = kind;
    }
  }

  private final Unit unit;
  private final double probability;

  private Dropout(Unit unit, double probability) {
    if (!(probability >= 0 && probability <= 1)) {
      throw MerapiException.of(Kind.ARGUMENT, "dropout: not a probability").with("p", probability);
    }
    this.unit = unit;
    this.probability = probability;
  }

  /// Drops elements.
  ///
  /// @param p the probability of each
  public static Dropout of(double p) {
    return new Dropout(Unit.ELEMENT, p);
  }

  /// Drops whole channels of `f32[N, C, ...]`.
  ///
  /// @param p the probability of each
  public static Dropout ofChannels(double p) {
    return new Dropout(Unit.CHANNEL, p);
  }

  @Override
  protected Tensor forward(Tensor x) {
    int axes = unit == Unit.ELEMENT ? x.rank() : 2;
    if (x.dtype() != DType.F32 || x.rank() < axes) {
      throw MerapiException.of(Kind.SHAPE, "dropout: takes f32[N, C, ...]")
          .with("operand", x.type());
    }
    return Trace.current()
        .filter(trace -> trace.mode() == Trace.Mode.TRAIN && probability > 0)
        .map(trace -> x.times(Spread.over(x, mask(trace, x, axes), List.of(0, 1))))
        .orElse(x);
  }

  private Tensor mask(Trace trace, Tensor x, int axes) {
    return trace.randomBits(new Shape(x.shape().dims().subList(0, axes))).map(factor());
  }

  /// Of a random word: 0, or what makes up for the zeros.
  private ScalarFn factor() {
    double kept = 1 - probability;
    // words are spread evenly over the integers, from the least one on
    long bound = Math.round(kept * 0x1p32) + Integer.MIN_VALUE;
    ScalarFn stays =
        ScalarFn.arg(0, DType.I32).lessThan(ScalarFn.i32((int) Math.min(bound, Integer.MAX_VALUE)));
    return stays.select(ScalarFn.f32(kept == 0 ? 0 : 1 / kept), ScalarFn.f32(0));
  }

  @Override
  protected String settings() {
    return "p=" + probability;
  }

  @Override
  public String kind() {
    return unit.kind;
  }
}
