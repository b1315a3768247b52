package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.data.Column;
import dev.merapi.data.Dataset;
import dev.merapi.graph.DType;
import dev.merapi.optim.Optimizer;
import dev.merapi.optim.Schedule;
import dev.merapi.optim.Schedules;
import dev.merapi.optim.Sgd;
import dev.merapi.train.ConfusionMatrix;
import dev.merapi.train.FitOption;
import dev.merapi.train.Loss;
import dev.merapi.train.Metric;
import dev.merapi.train.Penalty;
import dev.merapi.train.TrainingListener;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Trains a model on data, and measures it.
///
/// ```java
/// var trainer = Trainer.of(model)
///     .loss(crossEntropy()).optimizer(sgd(0.01).momentum(0.9)).metrics(accuracy());
/// History history = trainer.fit(train, epochs(10), batch(64), validateOn(validation));
/// Evaluation evaluation = trainer.evaluate(test);
/// ```
///
/// The model's input is `[N, ...]` with a named first size, and rows of the data fit the rest. A
/// trainer is an immutable description: each method gives another one, and [#fit] may be called
/// again, which trains further with a new state of the optimizer. For anything beyond it write a
/// loop around a [TrainStep].
///
/// Training begins on kernels that need no time to get ready and has those of full speed made as
/// soon as that pays; the bits are the same. A trainer itself prints nothing and logs epochs on
/// level `DEBUG`: add a [TrainingListener], or put the toolkit on the class path, whose listener
/// shows progress.
public final class Trainer {
  /// Stands for an optimizer where only the loss is wanted: evaluation needs none.
  private static final Optimizer UNUSED = Sgd.sgd(1);

  private final Model model;
  private final Optional<Loss> loss;
  private final Optional<Optimizer> optimizer;
  private final Schedule schedule;
  private final List<Metric> metrics;
  private final List<UnaryOperator<TrainOptions>> changes;
  private final CompileOptions options;
  private final List<TrainingListener> listeners;

  private Trainer(
      Model model,
      Optional<Loss> loss,
      Optional<Optimizer> optimizer,
      Schedule schedule,
      List<Metric> metrics,
      List<UnaryOperator<TrainOptions>> changes,
      CompileOptions options,
      List<TrainingListener> listeners) {
    this.model = model;
    this.loss = loss;
    this.optimizer = optimizer;
    this.schedule = schedule;
    this.metrics = List.copyOf(metrics);
    this.changes = List.copyOf(changes);
    this.options = options;
    this.listeners = List.copyOf(listeners);
  }

  /// A trainer of that model, on the best backend that works here.
  public static Trainer of(Model model) {
    return new Trainer(
        model,
        Optional.empty(),
        Optional.empty(),
        Schedules.constant(),
        List.of(),
        List.of(),
        CompileOptions.best(),
        List.of());
  }

  /// What is made small.
  public Trainer loss(Loss which) {
    return new Trainer(
        model, Optional.of(which), optimizer, schedule, metrics, changes, options, listeners);
  }

  /// How weights follow their gradients.
  public Trainer optimizer(Optimizer which) {
    return new Trainer(
        model, loss, Optional.of(which), schedule, metrics, changes, options, listeners);
  }

  /// How the learning rate changes; it is the optimizer's at every step if not given.
  public Trainer schedule(Schedule which) {
    return new Trainer(model, loss, optimizer, which, metrics, changes, options, listeners);
  }

  /// What is measured beside the loss, in the place of what was.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if two have one name, or one has the name of
  ///   something else in a history
  public Trainer metrics(Metric... which) {
    MetricNames.check(List.of(which));
    return new Trainer(
        model, loss, optimizer, schedule, List.of(which), changes, options, listeners);
  }

  /// Backend, threads, memory, and sizes other than the number of rows.
  public Trainer compile(CompileOptions how) {
    return new Trainer(model, loss, optimizer, schedule, metrics, changes, how, listeners);
  }

  /// One more who hears how training goes on.
  public Trainer listener(TrainingListener another) {
    return new Trainer(
        model, loss, optimizer, schedule, metrics, changes, options, more(listeners, another));
  }

  /// Changes the options of the training step in a way that has no method here. A loss that is set
  /// so is that of evaluation and metrics, too.
  public Trainer step(UnaryOperator<TrainOptions> change) {
    return new Trainer(
        model, loss, optimizer, schedule, metrics, more(changes, change), options, listeners);
  }

  /// As [TrainOptions#penalty]. The loss of training has the penalties, that of validation not.
  public Trainer penalty(Penalty another) {
    return step(each -> each.penalty(another));
  }

  /// As [TrainOptions#freeze]; running statistics of batch normalisation are not stopped.
  public Trainer freeze(String... patterns) {
    return step(each -> each.freeze(patterns));
  }

  /// As [TrainOptions#clipNorm].
  public Trainer clipNorm(double largest) {
    return step(each -> each.clipNorm(largest));
  }

  /// As [TrainOptions#clipValue].
  public Trainer clipValue(double largest) {
    return step(each -> each.clipValue(largest));
  }

  /// As [TrainOptions#accumulate]: one update in so many batches, and one at the end of an epoch by
  /// those that are left.
  public Trainer accumulate(int batches) {
    return step(each -> each.accumulate(batches));
  }

  /// As [TrainOptions#gradientNorms]; the history has their means.
  public Trainer gradientNorms() {
    return step(TrainOptions::gradientNorms);
  }

  private static <T> List<T> more(List<T> some, T another) {
    return Stream.concat(some.stream(), Stream.of(another)).toList();
  }

  /// Trains, and leaves the model with the weights. If it throws, the model stays as it was, with
  /// one exception: what a listener throws in `onFitEnd` comes when training is over and the model
  /// has its weights, which it then keeps.
  ///
  /// Rows count by the weights that the data have ([Dataset#weighted]). An interrupt of the thread
  /// ends it after the step that runs, with a checkpoint if there are some; the flag stays up.
  ///
  /// Each `fit` is a training of its own that begins with the weights of the model. Whatever else
  /// there is begins anew, as with a new optimizer in PyTorch: the optimizer's state, the schedule,
  /// the order of the rows and the masks of dropout. Keras keeps the optimizer's state of a
  /// compiled model. To train longer with all of it, keep checkpoints and `resume()` with more
  /// epochs, or write a loop around one [TrainStep].
  ///
  /// @throws MerapiException of kind `ARGUMENT` or `SHAPE` at once if model, data, loss, metrics
  ///   and options do not fit together; `NOT_FINITE` if the loss becomes a NaN or infinite; others
  ///   as of [Model#compile]
  public History fit(Dataset data, FitOption... how) {
    return new Fit(this, FitPlan.of(data, how)).run();
  }

  /// Loss and metrics of the model as it is, over all rows together; weighted where the data have
  /// weights.
  ///
  /// @throws MerapiException as of [#fit]
  public Evaluation evaluate(Dataset data) {
    return new Serving(this).evaluate(data);
  }

  /// The loss of each row of the model as it is, the mean over its positions of [Loss#each]: which
  /// rows are hard, which labels may be wrong. Weights of the rows are not read.
  ///
  /// @throws MerapiException as of [#fit]
  public Column.Floats lossPerRow(Dataset data) {
    return new Serving(this).lossPerRow(data);
  }

  /// How often the model, as it is, takes each class for each.
  ///
  /// @throws MerapiException as of [#fit], or of kind `SHAPE` if it is no classifier
  public ConfusionMatrix confusion(Dataset data) {
    return new Serving(this).confusion(data);
  }

  /// The model's outputs for the inputs, a row for each. The loss is not needed.
  ///
  /// @throws MerapiException of kind `SHAPE` if the rows do not fit the model
  public Column.Floats predict(Column inputs) {
    return new Serving(this).predict(inputs);
  }

  /// As [#predict(Column)]; the targets are not read.
  public Column.Floats predict(Dataset data) {
    return predict(data.inputs());
  }

  Model model() {
    return model;
  }

  /// The loss of training and of evaluation: a change of the step may have set another one.
  Loss loss() {
    return changed(optimizer.orElse(UNUSED)).loss();
  }

  /// What a step on these data does.
  TrainOptions trainOptions(Dataset data) {
    Optimizer which = optimizer.orElseThrow(() -> missing("optimizer", "optimizer(sgd(0.01))"));
    TrainOptions made = changed(which);
    return data.sampleWeights().isPresent() ? made.sampleWeights() : made;
  }

  private TrainOptions changed(Optimizer which) {
    Loss said = loss.orElseThrow(() -> missing("loss", "loss(crossEntropy())"));
    TrainOptions made = TrainOptions.of(said, which);
    for (UnaryOperator<TrainOptions> change : changes) {
      made = change.apply(made);
    }
    return made;
  }

  private static MerapiException missing(String what, String example) {
    return MerapiException.of(Kind.ARGUMENT, "trainer: there is no " + what)
        .hint("add ." + example);
  }

  Schedule schedule() {
    return schedule;
  }

  List<Metric> metrics() {
    return metrics;
  }

  CompileOptions options() {
    return options;
  }

  List<TrainingListener> listeners() {
    return listeners;
  }

  /// Nothing added up yet.
  Meters meters(FitData shape) {
    return new Meters(metrics, subject(shape), loss().reduction());
  }

  /// What the metrics measure.
  Metric.Subject subject(FitData shape) {
    if (shape.outputType().dtype() != DType.F32) {
      throw MerapiException.of(Kind.SHAPE, "trainer: the output is not f32")
          .with("output", shape.outputType());
    }
    return Metric.Subject.of(shape.outputType(), loss());
  }

  @Override
  public String toString() {
    return "Trainer[" + model + "]";
  }
}
