package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.compiler.BatchVariances;
import dev.merapi.data.Batches.Batch;
import dev.merapi.memory.HostTensor;
import dev.merapi.optim.Moment;
import dev.merapi.spi.ModelContents;
import dev.merapi.train.EarlyStopping;
import dev.merapi.train.EarlyStopping.Weights;
import dev.merapi.train.FitOption;
import dev.merapi.train.Metric;
import dev.merapi.train.SampleWeights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One `fit`: the loop over epochs and batches. What decides the bits of a later step is in its
/// [Checkpoint].
final class Fit {
  private final Trainer trainer;
  private final FitPlan plan;
  private final FitData shape;
  private final TrainOptions training;
  private final Listeners listeners;
  private final Metric.Subject subject;
  private final BestEpoch best;
  private final FitProgress at;

  private Map<String, String> settings = Map.of();
  private Map<String, HostTensor> bestWeights = Map.of();
  private List<Double> monitored = List.of();
  private Optional<NormWatch> norms = Optional.empty();
  private boolean interrupted;

  /// Checks everything that can be checked before anything is compiled.
  Fit(Trainer trainer, FitPlan plan) {
    this.trainer = trainer;
    this.plan = plan;
    TrainOptions made = trainer.trainOptions(plan.train());
    training = plan.monitor().isPresent() ? made.gradientNorms() : made;
    shape = FitData.of(trainer.model(), trainer.options());
    shape.check(plan, training.loss());
    plan.validation().ifPresent(data -> shape.check("validation", data, training.loss()));
    checkParameters();
    checkLastBatch();
    subject = trainer.subject(shape);
    best = BestEpoch.of(plan, trainer.metrics());
    listeners = Listeners.of(trainer.listeners(), plan);
    at = new FitProgress(trainer, plan, newMeters());
    store().ifPresent(each -> each.store().prepare());
  }

  private void checkParameters() {
    if (trainer.model().trainingGraph().weights().isEmpty()) {
      throw MerapiException.of(Kind.ARGUMENT, "fit: the model has no parameters")
          .with("model", trainer.model().name())
          .hint("without a layer that learns, such as dense(in, out), there is nothing to train");
    }
  }

  /// A batch that is too small for a layer is told before the first step, not behind the first
  /// epoch.
  private void checkLastBatch() {
    int rows = plan.batches().epoch(0).getLast().size();
    var sizes = shape.options(trainer.options(), rows).sizes();
    BatchVariances.check(TrainingGraph.forward(trainer.model(), training).bind(sizes));
  }

  private Meters newMeters() {
    return new Meters(trainer.metrics(), subject, training.loss().reduction());
  }

  History run() {
    CompileOptions options = shape.options(trainer.options(), plan.batch());
    try (TrainStep step = TrainStep.of(trainer.model(), training, options)) {
      if (plan.validation().isEmpty()) {
        return run(step, Optional.empty());
      }
      var data = plan.validation().get();
      int batch = plan.evaluationBatch(data);
      try (var validation = new Validation(trainer, step, shape, data, batch)) {
        return run(step, Optional.of(validation));
      }
    } catch (RuntimeException e) {
      listeners.onFailure(at, e);
      throw e;
    }
  }

  private History run(TrainStep step, Optional<Validation> validation) {
    if (training.watch() == TrainOptions.Watch.GRADIENT_NORMS) {
      norms = Optional.of(new NormWatch(plan.monitor(), step.gradientNorms().parameters()));
    }
    try {
      watchInterrupts();
      if (plan.start() == FitPlan.Start.AT_LAST_CHECKPOINT) {
        store().flatMap(each -> each.store().latest()).ifPresent(last -> restore(step, last));
      }
      listeners.onFitStart(at);
      OutputAdvice.warning(trainer.model().trainingGraph(), training.loss())
          .ifPresent(warning -> listeners.onWarning(at, warning));
      while (at.epoch < plan.epochs() && at.stop.isEmpty()) {
        runEpoch(step, validation);
      }
      return finish(step);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// An interrupt, such as that of `Future.cancel(true)`, ends a fit as a listener's stop does. The
  /// flag is down until it has ended, so that a checkpoint can be written.
  private void watchInterrupts() {
    if (Thread.interrupted()) {
      interrupted = true;
      at.stop("interrupted");
    }
  }

  private History finish(TrainStep step) {
    if (at.epoch < plan.epochs()) {
      at.history = at.history.stopped(at.stop);
    }
    step.writeTo(trainer.model());
    if (keepsBest()) {
      bestWeights.forEach((name, tensor) -> trainer.model().parameter(name).copyFrom(tensor));
    }
    listeners.onFitEnd(at, at.history);
    return at.history;
  }

  private void runEpoch(TrainStep step, Optional<Validation> validation) {
    long start = System.nanoTime();
    List<Batch> batches = plan.batches().epoch(at.epoch);
    at.begin();
    listeners.onEpochStart(at);
    while (at.step < batches.size()) {
      long before = System.nanoTime();
      run(step, batches.get(at.step));
      at.took(before, batches.get(at.step - 1).size());
      listeners.onBatchEnd(at);
      watchInterrupts();
      if (at.step < batches.size()) {
        if (at.stop.isPresent() || checkpointIsDue()) {
          save(step);
        }
        if (at.stop.isPresent()) {
          return;
        }
      }
    }
    Optional<Evaluation> validated = validation.map(each -> each.run(newMeters(), this::goesOn));
    watchInterrupts();
    if (interrupted && validation.isPresent()) { // it may not be all: a resumed run repeats it
      save(step);
      return;
    }
    endEpoch(step, validated, start);
  }

  private boolean goesOn() {
    return !interrupted && !Thread.currentThread().isInterrupted();
  }

  private void save(TrainStep step) {
    store().ifPresent(each -> each.store().save(at.totalSteps(), checkpoint(step)));
  }

  private void run(TrainStep step, Batch batch) {
    at.rate = rate();
    step.learningRate(at.rate);
    step.resize(shape.batch(), batch.size());
    HostTensor target = step.target();
    batch.copyTo(step.input(shape.input()), target);
    weights(step).ifPresent(batch::copyWeightsTo);
    if (at.step + 1 == at.steps()) {
      step.runAndUpdate(); // the batches behind the last update are not lost
    } else {
      step.run();
    }
    at.step++;
    checkFinite(step);
    SampleWeights rows = SampleWeights.of(weights(step));
    at.meters.add(step.output(shape.output()), target, rows, step.batchLoss());
    if (norms.isPresent()) {
      var warnings = norms.get().take(step.gradientNorms(), at.place());
      warnings.forEach(warning -> listeners.onWarning(at, warning));
    }
  }

  private Optional<HostTensor> weights(TrainStep step) {
    return training.samples() == TrainOptions.Samples.WEIGHTED
        ? Optional.of(step.sampleWeights())
        : Optional.empty();
  }

  private double rate() {
    int each = training.accumulation();
    long updates = Math.ceilDiv(at.steps(), each);
    long before = at.epoch * updates + at.step / each;
    var moment = new Moment(before, plan.epochs() * updates, updates, monitored);
    double rate = training.optimizer().learningRate() * trainer.schedule().factor(moment);
    if (!(rate >= 0) || Double.isInfinite(rate)) {
      throw MerapiException.of(Kind.ARGUMENT, "fit: the schedule gives no learning rate")
          .with("rate", rate)
          .with("moment", moment);
    }
    return rate;
  }

  /// A batch in which nothing counts has no mean, and that is no mistake.
  private void checkFinite(TrainStep step) {
    if (!step.batchLoss().isFinite()) {
      throw MerapiException.of(Kind.NOT_FINITE, "fit: the loss is no finite number")
          .with("loss", step.loss())
          .with("epoch", at.epoch())
          .with("step", at.step + " of " + at.steps())
          .with("learningRate", at.rate)
          .hint(
              OutputAdvice.reason(training.loss(), step.output(shape.output()))
                  .orElse(
                      "lower the learning rate, clip gradients with clipNorm(1), look for NaN in"
                          + " the data; gradientMonitor() names the gradients that explode"));
    }
  }

  private void endEpoch(TrainStep step, Optional<Evaluation> validated, long start) {
    var values = new LinkedHashMap<String, Double>();
    add("", at.meters.result(), values);
    validated.ifPresent(each -> add(History.VALIDATION, each, values));
    for (NormWatch watch : norms.stream().toList()) {
      watch.atEnd().forEach(warning -> listeners.onWarning(at, warning));
    }
    var epoch =
        new History.Epoch(
            at.epoch(),
            values,
            at.rate,
            norms.map(NormWatch::means).orElse(Map.of()),
            (System.nanoTime() - start) / 1e9,
            at.examples() / Math.max(at.seconds(), 1e-9));
    at.history = at.history.with(epoch);
    boolean isBest = best.take(epoch);
    if (isBest && keepsBest()) {
      bestWeights = parameters(step);
    }
    listeners.onEpochEnd(at, epoch);
    at.next(newMeters());
    afterEpochs();
    saveAfterEpoch(step, isBest);
  }

  private void saveAfterEpoch(TrainStep step, boolean isBest) {
    if (store().isPresent()) {
      ModelContents contents = checkpoint(step);
      if (isBest) { // first: a run killed in between repeats the epoch and writes both
        store().get().store().saveBest(contents);
      }
      store().get().store().save(at.totalSteps(), contents);
    }
  }

  private static void add(String prefix, Evaluation evaluation, Map<String, Double> values) {
    values.put(prefix + History.LOSS, evaluation.loss());
    evaluation.metrics().forEach((name, value) -> values.put(prefix + name, value));
  }

  /// What follows from the epochs that are over.
  private void afterEpochs() {
    norms = norms.map(NormWatch::next);
    monitored =
        at.history.epochs().stream()
            .map(epoch -> epoch.validationLoss().orElse(epoch.loss()))
            .toList();
    at.stop = at.stop.or(() -> plan.stopping().flatMap(best::verdict));
  }

  private boolean keepsBest() {
    return plan.stopping().map(EarlyStopping::weights).equals(Optional.of(Weights.BEST));
  }

  private Map<String, HostTensor> parameters(TrainStep step) {
    var weights = step.state();
    weights.keySet().retainAll(trainer.model().parameters().keySet());
    return weights;
  }

  private Optional<FitOption.Checkpoints> store() {
    return plan.checkpoints();
  }

  private boolean checkpointIsDue() {
    int every = store().map(FitOption.Checkpoints::everySteps).orElse(0);
    return every > 0 && at.totalSteps() % every == 0;
  }

  private ModelContents checkpoint(TrainStep step) {
    var numbers = new LinkedHashMap<>(at.meters.state());
    numbers.put("best", best.state());
    norms.ifPresent(watch -> numbers.put("norms", watch.state()));
    return new Checkpoint(
            at.epoch, at.step, step.state(), bestWeights, numbers, at.history, settings())
        .toContents(trainer.model().contents());
  }

  private void restore(TrainStep step, ModelContents contents) {
    Checkpoint checkpoint = Checkpoint.of(contents);
    checkpoint.check(settings());
    checkpoint.checkPlace(at.steps());
    Fingerprint.checkNetwork(contents.trainingGraph(), trainer.model().trainingGraph());
    step.restore(checkpoint.training());
    bestWeights = checkpoint.best();
    if (keepsBest()) {
      checkpoint.checkBest(parameters(step));
    }
    best.restore(checkpoint.numbers("best", best.state().length), checkpoint.epoch());
    at.history = checkpoint.history();
    at.epoch = checkpoint.epoch();
    at.step = checkpoint.step();
    afterEpochs();
    at.meters.restore(checkpoint.numbers());
    norms.ifPresent(watch -> watch.restore(checkpoint.numbers("norms", watch.state().length)));
  }

  /// What has to be the same when a run goes on.
  private Map<String, String> settings() {
    if (settings.isEmpty()) { // once: it reads the data
      settings = Fingerprint.of(trainer, training, plan);
      settings.put("monitored", best.toString());
      settings.put("kept weights", keepsBest() ? "best" : "last");
    }
    return settings;
  }
}
