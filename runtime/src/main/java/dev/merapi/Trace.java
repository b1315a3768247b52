package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Shape;
import dev.merapi.graph.Source.Parameter.Role;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// The recording of a computation: while user code runs, every operation on its tensors becomes a
/// node of a graph.
///
/// Users meet it only through [Model]; authors of layers, losses and optimizers work with
/// [Tensor]s. The trace that runs is bound to the thread by a [ScopedValue]; one thread records at
/// a time, and tensors of a finished trace cannot be used any more.
public final class Trace {
  /// What a model is traced for: dropout, batch normalisation and the like ask for it.
  public enum Mode {
    /// The forward pass of a training step.
    TRAIN,
    /// Serving and validation.
    EVALUATE
  }

  /// The application of a layer without layers of its own, for summaries.
  ///
  /// @param name its name in the network, such as `conv1`
  /// @param kind what it is, such as `Conv2d`
  public record Layer(String name, String kind, TensorType output) {}

  private static final ScopedValue<Trace> CURRENT = ScopedValue.newInstance();

  private final GraphBuilder builder;
  private final Mode mode;
  private final Map<Object, String> names = new IdentityHashMap<>();
  private final Map<String, Tensor> parameters = new LinkedHashMap<>();
  private final Set<String> labels = new HashSet<>();
  private final List<Layer> layers = new ArrayList<>();
  private final Map<Tensor, Value> deferred = new IdentityHashMap<>();
  private boolean askedForMode;
  private final RandomStreams random = new RandomStreams(this);
  private boolean finished;

  private Trace(GraphBuilder builder, Mode mode) {
    this.builder = builder;
    this.mode = mode;
  }

  /// An empty trace for a new graph.
  public static Trace of(String name, Mode mode) {
    return new Trace(new GraphBuilder(name), mode);
  }

  /// A trace that adds to a graph.
  static Trace continuing(Graph graph, Mode mode) {
    var trace = new Trace(GraphBuilder.continuing(graph), mode);
    trace.labels.addAll(graph.inputs().keySet());
    graph
        .parameters()
        .forEach((label, value) -> {
          trace.labels.add(label);
          trace.parameters.put(label, trace.tensor(value));
        });
    return trace;
  }

  /// The trace that the calling code runs in, if any.
  public static Optional<Trace> current() {
    return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
  }

  /// Runs code in this trace.
  public <T> T run(Supplier<T> body) {
    checkOpen();
    return ScopedValue.where(CURRENT, this).call(body::get);
  }

  /// Runs code whose nodes belong to a place in the user's model.
  public <T> T at(String place, Supplier<T> body) {
    String before = builder.path();
    builder.at(place);
    try {
      return body.get();
    } finally {
      builder.at(before);
    }
  }

  /// What this trace is for.
  public Mode mode() {
    askedForMode = true;
    return mode;
  }

  /// Whether what was recorded may depend on the mode.
  boolean wasAskedForMode() {
    return askedForMode;
  }

  /// Where nodes are added.
  public GraphBuilder builder() {
    checkOpen();
    return builder;
  }

  /// Tells the names of layers and parameters, by identity.
  public void name(Map<Object, String> all) {
    names.putAll(all);
  }

  /// The name of a layer or parameter, if it is part of what is traced.
  public Optional<String> nameOf(Object part) {
    return Optional.ofNullable(names.get(part));
  }

  /// Notes the application of a layer, for summaries.
  public void note(Layer layer) {
    layers.add(layer);
  }

  /// The layers applied so far, in order.
  public List<Layer> layers() {
    return Collections.unmodifiableList(layers);
  }

  /// A tensor that the caller binds at each run.
  public Tensor input(String label, TensorType type) {
    if (!labels.add(label)) {
      throw MerapiException.of(Kind.ARGUMENT, "trace: name is taken").with("name", label);
    }
    return tensor(builder().input(label, type));
  }

  /// A tensor that lives as long as the model and that training changes by its gradient; the same
  /// one whenever it is asked for.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if a parameter of that name has another type
  public Tensor parameter(String label, TensorType type) {
    return parameter(label, type, Role.WEIGHT);
  }

  /// A tensor that lives as long as the model and changes only by what is stored into it, such as
  /// running statistics; the same one whenever it is asked for.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if a parameter of that name has another type
  public Tensor buffer(String label, TensorType type) {
    return parameter(label, type, Role.BUFFER);
  }

  private Tensor parameter(String label, TensorType type, Role role) {
    Tensor known = parameters.get(label);
    if (known == null) {
      if (!labels.add(label)) {
        throw MerapiException.of(Kind.ARGUMENT, "trace: an input has the name of a parameter")
            .with("name", label)
            .at(builder.path());
      }
      known = tensor(builder().parameter(label, type, role));
      parameters.put(label, known);
    } else if (!known.type().equals(type)) {
      throw MerapiException.of(Kind.ARGUMENT, "trace: two parameters of one name")
          .with("name", label)
          .with("types", known.type() + " and " + type)
          .at(builder.path());
    }
    return known;
  }

  /// The parameters read so far, by name, in the order of their first use.
  public Map<String, Tensor> parameters() {
    return Collections.unmodifiableMap(parameters);
  }

  /// Names a result of the graph.
  public void output(String label, Tensor tensor) {
    builder().output(label, valueOf(tensor));
  }

  /// Stores a tensor into a parameter when the graph has run.
  public void store(Tensor parameter, Tensor next) {
    builder().store(valueOf(parameter), valueOf(next));
  }

  /// Changes what a parameter will be when the graph has run. A layer that is applied twice changes
  /// its running statistics twice, one after the other.
  ///
  /// @param step gives what it becomes, from what it would be otherwise
  public void update(Tensor parameter, UnaryOperator<Tensor> step) {
    builder().update(valueOf(parameter), before -> valueOf(step.apply(tensor(before))));
  }

  /// Random words (`i32`): others at each place in the model and at each run, the same ones again
  /// after [TrainStep#restore].
  ///
  /// @throws MerapiException of kind `TRACE` if this is not a training step
  public Tensor randomBits(Shape shape) {
    return random.bits(shape);
  }

  /// Ends the trace.
  public Graph finish() {
    checkOpen();
    finished = true;
    return builder.build();
  }

  /// The tensor of a value of this trace's graph.
  public Tensor tensor(Value value) {
    return new Tensor(new TensorContent.Traced(this, value));
  }

  /// Adds an operation.
  Tensor record(Tensor.Step step, List<Tensor> operands) {
    try {
      return tensor(step.build(builder(), values(operands)));
    } catch (MerapiException e) {
      throw e.place().isEmpty() ? e.at(builder.path()) : e;
    }
  }

  /// The value that stands for a tensor in this trace's graph: its own, a constant, or what waited
  /// for a trace.
  ///
  /// @throws MerapiException of kind `TRACE` if it belongs to another trace
  public Value valueOf(Tensor tensor) {
    return switch (tensor.content()) {
      case TensorContent.Traced(Trace trace, Value value) -> {
        if (trace != this) {
          throw MerapiException.of(Kind.TRACE, "a tensor of one trace is used in another")
              .with("tensor", value.type())
              .with("traces", trace + " and " + this)
              .at(builder.path())
              .hint("do not keep tensors in fields between calls of forward()");
        }
        yield value;
      }
      case TensorContent.Known known -> builder().constant(known.literal());
      case TensorContent.Deferred _ -> recorded(tensor);
    };
  }

  /// Records an operation that waited for a trace, once, behind those that it reads; a long chain
  /// of them is walked without recursion.
  private Value recorded(Tensor waiting) {
    var open = new ArrayDeque<Tensor>(List.of(waiting));
    while (!open.isEmpty()) {
      if (deferred.containsKey(open.peek())
          || !(open.peek().content() instanceof TensorContent.Deferred next)) {
        open.pop();
        continue;
      }
      var before = next.operands().stream().filter(this::waits).toList();
      if (before.isEmpty()) {
        deferred.put(open.pop(), next.step().build(builder(), values(next.operands())));
      }
      before.forEach(open::push);
    }
    return Objects.requireNonNull(deferred.get(waiting));
  }

  private boolean waits(Tensor operand) {
    return operand.content() instanceof TensorContent.Deferred && !deferred.containsKey(operand);
  }

  private List<Value> values(List<Tensor> operands) {
    return operands.stream()
        .map(each -> Optional.ofNullable(deferred.get(each)).orElseGet(() -> valueOf(each)))
        .toList();
  }

  private void checkOpen() {
    if (finished) {
      throw MerapiException.of(Kind.TRACE, "a tensor is used after its trace has ended")
          .with("trace", this)
          .hint("do not keep tensors in fields between calls of forward()");
    }
  }

  @Override
  public String toString() {
    return builder.build().name();
  }
}
