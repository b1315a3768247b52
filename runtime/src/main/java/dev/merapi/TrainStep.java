package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.TrainOptions.Watch;
import dev.merapi.compiler.Pipeline;
import dev.merapi.graph.Graph;
import dev.merapi.graph.Literal;
import dev.merapi.memory.HostTensor;
import dev.merapi.spi.Program;
import dev.merapi.train.Loss;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One step of training, compiled as one program: forward pass, loss, gradients and the update of
/// the parameters in place.
///
/// ```java
/// try (TrainStep step =
///     model.trainStep(crossEntropy(), sgd(0.01).momentum(0.9), CompileOptions.cpu().size("N", 64))) {
///   step.input("image").copyFrom(pixels);
///   step.target().copyFrom(labels);
///   step.run();
///   System.out.println(step.loss());
///   step.writeTo(model);
/// }
/// ```
///
/// It trains a copy of the model's parameters; [#writeTo] brings them back at any time. One thread
/// at a time; a run allocates nothing.
public final class TrainStep implements AutoCloseable {
  private final Model model;
  private final Plans plans;
  private final Session session;
  private final Optional<GradientNorms> norms;
  private final int accumulation;
  private final Loss loss;
  private final Persistent current;
  private Optional<Plans> evaluation = Optional.empty();
  private long version = 1;

  private TrainStep(Model model, Plans plans, TrainOptions training) {
    this.model = model;
    this.plans = plans;
    current = plans.persistent();
    session = new Session(plans, () -> version++);
    boolean measured = training.watch() == Watch.GRADIENT_NORMS;
    norms = Optional.of(session).filter(_ -> measured).map(GradientNorms::of);
    accumulation = training.accumulation();
    loss = training.loss();
  }

  static TrainStep of(Model model, TrainOptions training, CompileOptions options) {
    NamedSizes.check(options, model.graph());
    Graph forward = TrainingGraph.forward(model, training);
    var first = new LinkedHashMap<>(model.parameters());
    Literal rate = Tensor.scalar(training.optimizer().learningRate()).literal();
    var learningRate = HostTensor.allocate(TrainingGraph.LEARNING_RATE, rate.type());
    learningRate.copyFrom(rate);
    first.put(TrainingGraph.LEARNING_RATE, learningRate);
    first.put(RandomStreams.STATE, RandomStreams.first(training.seed()));
    var plans =
        new Plans(
            "training step of " + model.name(),
            options,
            (sizes, limits) ->
                Pipeline.compile(
                    TrainingGraph.step(forward, training, sizes),
                    Map.of(),
                    Program.Parameters.LIVE,
                    limits),
            first);
    try {
      return new TrainStep(model, plans, training);
    } catch (RuntimeException | Error e) {
      plans.close();
      throw e;
    }
  }

  /// The input of that name, to be filled before a run.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if there is none
  public HostTensor input(String name) {
    return session.input(name);
  }

  /// What the outputs should be, to be filled before a run.
  public HostTensor target() {
    return session.input(LossGraph.TARGET);
  }

  /// How much each row counts, `f32[N]`, to be filled before a run; there where
  /// [TrainOptions#sampleWeights()] asks for it.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if rows have no weights
  public HostTensor sampleWeights() {
    if (!session.inputs().containsKey(LossGraph.SAMPLE_WEIGHTS)) {
      throw MerapiException.of(Kind.ARGUMENT, "rows have no weights")
          .with("step", this)
          .hint("compile with TrainOptions.of(loss, optimizer).sampleWeights()");
    }
    return session.input(LossGraph.SAMPLE_WEIGHTS);
  }

  /// The output of that name, as the last run computed it before its update.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if there is none
  public HostTensor output(String name) {
    return session.output(name);
  }

  /// Runs one step.
  ///
  /// @throws MerapiException of kind `CLOSED`, `CONCURRENT_USE`, or `INDEX` for a label out of
  ///   range
  public void run() {
    StackReserve.check(); // an overflow half way would leave some parameters updated
    try {
      session.run();
    } catch (MerapiException e) {
      if (e.kind() != Kind.INDEX) {
        throw e;
      }
      var output = model.trainingGraph().outputs().getFirst().value().type();
      throw Labels.explain(e, target(), output, loss);
    }
  }

  /// Runs one step that makes an update in any case, by the mean of the gradients that there are:
  /// for the last batch of an epoch, where gradients are accumulated. Otherwise as [#run()].
  public void runAndUpdate() {
    if (accumulation == 1) {
      run();
      return;
    }
    updateNow(1);
    try {
      run();
    } finally {
      updateNow(0);
    }
  }

  private void updateNow(float flag) {
    session.exclusively(() -> {
      current.parameter(Accumulation.UPDATE_NOW).set(0, flag);
      return this;
    });
  }

  /// The loss of the last run, before its update, with the penalties. A mean is NaN where nothing
  /// counted; the gradient was zero then.
  public float loss() {
    return session.output(LossGraph.LOSS).getFloat(0);
  }

  /// The sum and the weight that the loss of the last run is made of, for means over several runs.
  public BatchLoss batchLoss() {
    return BatchLoss.of(session);
  }

  /// The norms of the gradients of the last run; they are measured where
  /// [TrainOptions#gradientNorms()] asks for it.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if they are not measured
  public GradientNorms gradientNorms() {
    return norms.orElseThrow(() ->
        MerapiException.of(Kind.ARGUMENT, "gradient norms are not measured")
            .with("step", this)
            .hint("compile with TrainOptions.of(loss, optimizer).gradientNorms()"));
  }

  /// Binds a size that was compiled with `upTo`, such as that of the last batch; see
  /// [Session#resize(String, long)].
  public TrainStep resize(String name, long size) {
    session.resize(name, size);
    return this;
  }

  /// The numbers bound to the named sizes now.
  public Map<String, Long> sizes() {
    return session.sizes();
  }

  /// The learning rate of the following steps; where there are groups of parameters, that of those
  /// in no group.
  public float learningRate() {
    return session.exclusively(() -> current.parameter(TrainingGraph.LEARNING_RATE).getFloat(0));
  }

  /// Changes the learning rate of the following steps; nothing is compiled. The rates of groups
  /// keep their ratio to it.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if it is negative or no finite `f32`
  public void learningRate(double rate) {
    if (!(rate >= 0) || Float.isInfinite((float) rate)) {
      throw MerapiException.of(Kind.ARGUMENT, "learningRate: negative or not finite")
          .with("rate", rate);
    }
    session.exclusively(() -> {
      current.parameter(TrainingGraph.LEARNING_RATE).set(0, (float) rate);
      return this;
    });
  }

  /// Draws the random numbers of the following steps, such as those of dropout, from a key; without
  /// it they come from that of [TrainOptions#seed()]. Steps of equal keys draw the same numbers.
  public TrainStep seed(RandomKey key) {
    session.exclusively(() -> {
      current.copyFrom(Map.of(RandomStreams.STATE, RandomStreams.first(key)));
      return this;
    });
    return this;
  }

  /// Copies the parameters into a model: the one that is trained, or another one whose parameters
  /// all have the name and type of one of these. Either all are copied, or none.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if the model has parameters that this step does not
  ///   have, `SHAPE` if types differ
  public void writeTo(Model target) {
    session.exclusively(() -> {
      var trained = new LinkedHashMap<>(current.parameters());
      trained.keySet().removeIf(name -> name.startsWith(TrainingGraph.STATE));
      var into = new LinkedHashMap<>(target.parameters());
      // What no run of the step reads is no part of it, and stays as it is.
      into.keySet()
          .removeIf(name -> !trained.containsKey(name) && model.parameters().containsKey(name));
      ParameterCopy.all("writeTo", trained, into);
      return this;
    });
  }

  /// A copy of everything that steps change: parameters and the optimizer's state, by name.
  public Map<String, HostTensor> state() {
    return session.exclusively(() -> {
      var copies = new LinkedHashMap<String, HostTensor>();
      current
          .parameters()
          .forEach((name, own) -> {
            var copy = HostTensor.allocate(name, own.type());
            copy.copyFrom(own);
            copies.put(name, copy);
          });
      return copies;
    });
  }

  /// Goes on from a state that [#state] gave: the following steps give the same bits. If it throws,
  /// nothing has changed.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if something is missing, `SHAPE` if types differ
  public void restore(Map<String, HostTensor> state) {
    session.exclusively(() -> {
      ParameterCopy.all("restore", state, current.parameters());
      version++;
      return this;
    });
  }

  /// A session that serves with the parameters as they are at each of its runs. It is compiled at
  /// the first call, for the same sizes. The caller closes it, before the step.
  public Session evaluate() {
    Plans serving =
        session.exclusively(() -> {
          Plans known = evaluation.orElseGet(() -> compile(model.graph(), plans.options()));
          evaluation = Optional.of(known);
          return known;
        });
    return follow(serving);
  }

  /// Code of another graph over the same parameters; the caller closes it, before the step.
  Plans following(Graph graph, CompileOptions options) {
    return session.exclusively(() -> compile(graph, options));
  }

  private Plans compile(Graph graph, CompileOptions options) {
    var parameters =
        new LinkedHashMap<>(model.parameters()); // also those that training never reads
    parameters.putAll(current.parameters());
    return new Plans(
        "training step of " + model.name(),
        options,
        (sizes, limits) -> Pipeline.compile(graph, sizes, Program.Parameters.LIVE, limits),
        parameters);
  }

  /// A session on such code, with the parameters as they are at each of its runs.
  Session follow(Plans following) {
    Persistent serving = following.persistent();
    ParameterLink link = ParameterLink.of(current.parameters(), serving.parameters());
    return new Session(following, () -> refresh(serving, link));
  }

  /// Before each run of a session that follows this step: allocates nothing.
  private void refresh(Persistent serving, ParameterLink link) {
    session.begin();
    try {
      if (serving.version != version) {
        link.copy();
        serving.version = version;
      }
    } finally {
      session.end();
    }
  }

  /// The memory that the largest sizes take.
  public MemoryUse memory() {
    return plans.largest().memory();
  }

  /// What somebody who wonders about speed should know of the sizes in use, a sentence a line;
  /// empty if all is well.
  public List<String> diagnostics() {
    return plans.diagnostics();
  }

  /// Drives every kernel of the sizes in use until it runs at its full speed, then the whole step
  /// on a copy of its memory: parameters stay as they are. See [CompiledModel#warmUp].
  public TrainStep warmUp() {
    plans.warmUp();
    return this;
  }

  /// Refuses new runs; memory and code are given back when a running one has returned.
  @Override
  public void close() {
    session.close();
    plans.close();
    evaluation.ifPresent(Plans::close);
  }

  @Override
  public String toString() {
    return "TrainStep[" + model.name() + ", " + sizes() + "]";
  }
}
