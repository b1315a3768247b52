package dev.merapi.optim;

import static dev.merapi.optim.Schedules.notNegative;
import static dev.merapi.optim.Schedules.positive;
import static dev.merapi.optim.Schedules.share;

/// Makes the learning rate smaller when what is monitored no longer becomes smaller, as PyTorch's
/// `ReduceLROnPlateau` does. It goes through all monitored values each time, so that a training
/// that is resumed with its history goes on with the same rates.
///
/// @param factor what the rate is multiplied by
/// @param patience the epochs without progress that are put up with
/// @param threshold the share by which a value must be below the best one to be progress
/// @param cooldown the epochs after a reduction in which none are counted
/// @param least the smallest share of the optimizer's own rate
public record Plateau(double factor, int patience, double threshold, int cooldown, double least)
    implements Schedule {
  public Plateau {
    positive("plateau", "factor", factor);
    share("plateau", "factor", factor);
    notNegative("plateau", "patience", patience);
    share("plateau", "threshold", threshold);
    notNegative("plateau", "cooldown", cooldown);
    share("plateau", "least", least);
  }

  /// With another threshold for progress.
  public Plateau threshold(double share) {
    return new Plateau(factor, patience, share, cooldown, least);
  }

  /// With epochs after a reduction in which none are counted.
  public Plateau cooldown(int epochs) {
    return new Plateau(factor, patience, threshold, epochs, least);
  }

  /// With a smallest share of the optimizer's own rate.
  public Plateau least(double share) {
    return new Plateau(factor, patience, threshold, cooldown, share);
  }

  @Override
  public double factor(Moment moment) {
    double rate = 1;
    double best = Double.POSITIVE_INFINITY;
    int bad = 0;
    int cooling = 0;
    for (double value : moment.monitored()) {
      double margin = best == Double.POSITIVE_INFINITY ? 0 : Math.abs(best) * threshold;
      if (value < best - margin) {
        best = value;
        bad = 0;
      } else {
        bad++;
      }
      if (cooling > 0) {
        cooling--;
        bad = 0;
      }
      if (bad > patience) {
        rate = Math.max(rate * factor, least);
        cooling = cooldown;
        bad = 0;
      }
    }
    return rate;
  }
}
