package dev.merapi.train;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;

/// Watches the norm of each parameter's gradient; the history has their means. Warns, once an epoch
/// for each parameter, of those that vanish, explode or are no numbers, through the listeners and
/// the log.
///
/// @param vanishing a norm not above this has vanished, if it is so in most steps of an epoch
/// @param exploding a norm above this explodes
public record GradientMonitor(double vanishing, double exploding) implements FitOption {
  public GradientMonitor {
    if (!(vanishing >= 0 && vanishing < exploding)) {
      throw MerapiException.of(Kind.ARGUMENT, "gradientMonitor: thresholds out of order")
          .with("vanishing", vanishing)
          .with("exploding", exploding);
    }
  }
}
