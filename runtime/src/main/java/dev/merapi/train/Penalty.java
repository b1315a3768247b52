package dev.merapi.train;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.NamePattern;
import dev.merapi.Tensor;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A price on large weights, added to the loss: `penalty(l2(1e-4))`.
///
/// It is charged for all weights of two axes or more, so not for biases and the scales of
/// normalisation; [#on(String)] chooses others. Frozen weights are never charged.
///
/// @param factor what the sum is multiplied by
/// @param pattern the parameters it is charged for, if not the usual ones
public record Penalty(Measure measure, double factor, Optional<NamePattern> pattern) {
  /// What is summed up.
  public enum Measure {
    /// Magnitudes.
    L1,
    /// Squares.
    L2
  }

  public Penalty {
    if (!(factor >= 0) || Double.isInfinite(factor)) {
      throw MerapiException.of(Kind.ARGUMENT, "penalty: factor out of range")
          .with("factor", factor);
    }
  }

  /// `factor` times the sum of the magnitudes: drives weights to zero. The gradient at 0 is 0.
  public static Penalty l1(double factor) {
    return new Penalty(Measure.L1, factor, Optional.empty());
  }

  /// `factor` times the sum of the squares, as Keras has it: the gradient is `2 * factor * w`, that
  /// of an optimizer's `weightDecay(2 * factor)`.
  public static Penalty l2(double factor) {
    return new Penalty(Measure.L2, factor, Optional.empty());
  }

  /// Charged for the parameters whose names match a [NamePattern], such as `fc.*`.
  public Penalty on(String names) {
    return new Penalty(measure, factor, Optional.of(new NamePattern(names)));
  }

  /// The parameters that it is charged for, by name.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if its pattern matches none
  public Map<String, Tensor> charged(Map<String, Tensor> parameters) {
    var charged = new LinkedHashMap<>(parameters);
    pattern.ifPresentOrElse(
        names -> charged.keySet().retainAll(names.select("penalty", parameters.keySet())),
        () -> charged.values().removeIf(parameter -> parameter.rank() < 2));
    return charged;
  }

  @Override
  public String toString() {
    String on = pattern.map(names -> ".on(" + names + ")").orElse("");
    return measure.name().toLowerCase(Locale.ROOT) + "(" + factor + ")" + on;
  }

  /// The price of each element of a parameter.
  public Tensor each(Tensor parameter) {
    Tensor size =
        switch (measure) {
          case L1 -> parameter.abs();
          case L2 -> parameter.square();
        };
    return size.times(factor);
  }
}
