package dev.merapi;

import dev.merapi.train.TrainingListener;
import dev.merapi.train.TrainingProgress;
import java.util.ArrayList;
import java.util.List;

/// All who hear of one `fit`, in order.
record Listeners(List<TrainingListener> all) implements TrainingListener {
  /// The trainer's listeners, those of the options, and those that modules provide, without their
  /// displays where the caller has one.
  static Listeners of(List<TrainingListener> trainers, FitPlan plan) {
    var all = new ArrayList<>(trainers);
    all.addAll(plan.listeners());
    if (plan.services() == FitPlan.Services.HEAR) {
      boolean shown = all.stream().anyMatch(TrainingListener::showsProgress);
      for (TrainingListener each : Services.of(TrainingListener.class)) {
        if (!(shown && each.showsProgress())) {
          all.add(each);
        }
      }
    }
    return new Listeners(all);
  }

  @Override
  public void onFitStart(TrainingProgress progress) {
    all.forEach(each -> each.onFitStart(progress));
  }

  @Override
  public void onEpochStart(TrainingProgress progress) {
    all.forEach(each -> each.onEpochStart(progress));
  }

  @Override
  public void onBatchEnd(TrainingProgress progress) {
    for (TrainingListener each : all) {
      each.onBatchEnd(progress);
    }
  }

  @Override
  public void onEpochEnd(TrainingProgress progress, History.Epoch epoch) {
    if (Log.hasDebug()) {
      String line = TrainingListener.line(progress, epoch);
      Log.debug(progress.model() + ": " + line);
    }
    all.forEach(each -> each.onEpochEnd(progress, epoch));
  }

  @Override
  public void onWarning(TrainingProgress progress, String warning) {
    Log.warning(progress.model() + ": " + warning);
    all.forEach(each -> each.onWarning(progress, warning));
  }

  @Override
  public void onFitEnd(TrainingProgress progress, History history) {
    all.forEach(each -> each.onFitEnd(progress, history));
  }

  @Override
  public void onFailure(TrainingProgress progress, RuntimeException failure) {
    for (TrainingListener each : all) {
      try {
        each.onFailure(progress, failure);
      } catch (RuntimeException e) { // the failure itself is what the caller has to see
        failure.addSuppressed(e);
      }
    }
  }
}
