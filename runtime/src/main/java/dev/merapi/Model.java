package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Graph;
import dev.merapi.graph.TensorType;
import dev.merapi.memory.HostTensor;
import dev.merapi.nn.Module;
import dev.merapi.nn.Parameter;
import dev.merapi.optim.Optimizer;
import dev.merapi.train.Loss;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A network with its numbers: a graph, and the values of its parameters.
///
/// ```java
/// var net = Sequential.of(flatten(), dense(784, 10));
/// var model = Model.of(net, input("image", f32("N", 1, 28, 28)), RandomKey.of(42));
/// ```
///
/// A model does not compute: compiling makes a snapshot of its parameters that serves, and a
/// training step trains a copy that can be written back. Reading and writing parameters from
/// several threads at once is the caller's to order.
public final class Model {
  /// The name of the output where none is given.
  public static final String OUTPUT = "output";

  /// A named input.
  public record Input(String name, TensorType type) {}

  /// Adds what the model computes to a trace: its inputs first.
  interface Recorder {
    Map<String, Tensor> record(Trace trace);
  }

  private final Recorder recorder;
  private final Graph graph;
  private final List<Trace.Layer> layers;
  private final Map<String, HostTensor> parameters;

  private Model(String name, Recorder recorder, Map<String, HostTensor> parameters) {
    this.recorder = recorder;
    this.parameters = Collections.unmodifiableMap(parameters);
    var trace = Trace.of(name, Trace.Mode.EVALUATE);
    recorder.record(trace).forEach(trace::output);
    layers = List.copyOf(trace.layers());
    graph = trace.finish();
  }

  /// An input of that name and type; sizes may be names: `input("image", f32("N", 1, 28, 28))`.
  public static Input input(String name, TensorType type) {
    return new Input(name, type);
  }

  /// Traces a network of one input and one output, named `output`, and draws its first parameters,
  /// each from a key split by its name.
  ///
  /// @throws MerapiException of kind `SHAPE` or `TRACE`, naming the layer
  public static Model of(Module net, Input input, RandomKey key) {
    return of(net, input, OUTPUT, key);
  }

  /// As [#of(Module, Input, RandomKey)], with a name for the output.
  public static Model of(Module net, Input input, String output, RandomKey key) {
    Map<Object, String> names = net.names();
    Recorder recorder =
        trace -> {
          trace.name(names);
          Tensor x = trace.input(input.name(), input.type());
          return Map.of(output, trace.run(() -> net.apply(x)));
        };
    var parameters = new LinkedHashMap<String, HostTensor>();
    net.parameters().forEach((name, each) -> parameters.put(name, first(name, each, key)));
    return new Model(net.kind(), recorder, parameters);
  }

  private static HostTensor first(String name, Parameter parameter, RandomKey key) {
    var tensor = HostTensor.allocate(name, parameter.type());
    tensor.copyFrom(parameter.initializer().values(parameter.type().shape(), key.split(name)));
    return tensor;
  }

  /// The name: the class of the network.
  public String name() {
    return graph.name();
  }

  /// What the model computes when it serves.
  public Graph graph() {
    return graph;
  }

  /// The parameters by name, in the order of the layers. The tensors are the model's own: writing
  /// to them changes the model.
  public Map<String, HostTensor> parameters() {
    return parameters;
  }

  /// The parameter of that name.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if there is none
  public HostTensor parameter(String name) {
    return Names.find("parameter", name, parameters);
  }

  /// The number of elements of all parameters.
  public long parameterCount() {
    return parameters.values().stream().mapToLong(HostTensor::elements).sum();
  }

  /// Compiles a snapshot of this model for serving.
  ///
  /// @throws MerapiException of kind `UNBOUND_SIZE` if a named size has no number, `MEMORY` if it
  ///   needs more than allowed, `BACKEND_UNAVAILABLE` or `UNSUPPORTED_OP`
  public CompiledModel compile(CompileOptions options) {
    return CompiledModel.of(this, options);
  }

  /// Compiles a step of training that starts from the parameters of this model; see [TrainStep].
  ///
  /// @throws MerapiException as of [#compile]
  public TrainStep trainStep(Loss loss, Optimizer optimizer, CompileOptions options) {
    return trainStep(TrainOptions.of(loss, optimizer), options);
  }

  /// As [#trainStep(Loss, Optimizer, CompileOptions)], with all that a step can do.
  ///
  /// @throws MerapiException as of [#compile], and of kind `ARGUMENT` if a pattern matches no
  ///   parameter
  public TrainStep trainStep(TrainOptions training, CompileOptions options) {
    return TrainStep.of(this, training, options);
  }

  /// A table of the layers, their results and their parameters.
  public String summary() {
    return Summary.of(this, layers);
  }

  /// Adds what the model computes to a trace, and returns its outputs by name.
  Map<String, Tensor> record(Trace trace) {
    return recorder.record(trace);
  }

  /// The single output's name.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if there are several
  String onlyOutput() {
    if (graph.outputs().size() != 1) {
      throw MerapiException.of(Kind.ARGUMENT, "model: has not one output")
          .with("outputs", graph.outputs().stream().map(Graph.Output::label).toList());
    }
    return graph.outputs().getFirst().label();
  }

  @Override
  public String toString() {
    return "Model[" + name() + ", " + parameterCount() + " parameters]";
  }
}
