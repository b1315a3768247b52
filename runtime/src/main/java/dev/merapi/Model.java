package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Graph;
import dev.merapi.graph.TensorType;
import dev.merapi.memory.HostTensor;
import dev.merapi.nn.Module;
import dev.merapi.nn.Parameter;
import dev.merapi.optim.Optimizer;
import dev.merapi.spi.ModelContents;
import dev.merapi.train.Loss;
import java.io.InputStream;
import java.nio.file.Path;
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

  private final ModelContents contents;

  private Model(ModelContents contents) {
    this.contents = contents;
  }

  /// The model that has these contents; the tensors become its own. What training needs to go on is
  /// not kept: neither the state, nor what a `fit` notes among the strings of its checkpoints.
  ///
  /// @throws MerapiException of kind `FORMAT` if the parts do not fit together
  public static Model of(ModelContents contents) {
    ContentsCheck.check(contents);
    Map<String, String> own = Checkpoint.withoutFit(contents.metadata());
    return new Model(contents.withState(Map.of()).withMetadata(own));
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
    HeadStart.begin();
    var evaluation = Tracing.of(net, input, output, Trace.Mode.EVALUATE);
    ContentsCheck.refuseStores(evaluation.graph(), Kind.TRACE);
    var training =
        evaluation.asksForMode()
            ? Tracing.of(net, input, output, Trace.Mode.TRAIN).graph()
            : evaluation.graph();
    var parameters = new LinkedHashMap<String, HostTensor>();
    net.parameters().forEach((name, each) -> parameters.put(name, first(name, each, key)));
    return new Model(
        new ModelContents(
            evaluation.graph(),
            training,
            evaluation.layers(),
            parameters,
            Map.of(),
            List.of(),
            Map.of()));
  }

  /// What tracing a network gives.
  private record Tracing(Graph graph, List<Trace.Layer> layers, boolean asksForMode) {
    static Tracing of(Module net, Input input, String output, Trace.Mode mode) {
      var trace = Trace.of(net.kind(), mode);
      trace.name(net.names());
      Tensor x = trace.input(input.name(), input.type());
      trace.output(output, trace.run(() -> net.apply(x)));
      return new Tracing(trace.finish(), List.copyOf(trace.layers()), trace.wasAskedForMode());
    }
  }

  private static HostTensor first(String name, Parameter parameter, RandomKey key) {
    var tensor = HostTensor.allocate(name, parameter.type());
    tensor.copyFrom(parameter.initializer().values(parameter.type().shape(), key.split(name)));
    return tensor;
  }

  /// The name: the class of the network.
  public String name() {
    return contents.name();
  }

  /// What the model computes when it serves.
  public Graph graph() {
    return contents.graph();
  }

  /// Its forward pass in training, without a loss: dropout drops, running statistics are stored.
  /// The same as [#graph()] where no layer asks for the mode.
  public Graph trainingGraph() {
    return contents.trainingGraph();
  }

  /// The parameters by name, in the order of the layers. The tensors are the model's own: writing
  /// to them changes the model.
  public Map<String, HostTensor> parameters() {
    return contents.parameters();
  }

  /// The parameter of that name.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if there is none
  public HostTensor parameter(String name) {
    return Names.find("parameter", name, parameters());
  }

  /// The number of elements of all parameters.
  public long parameterCount() {
    return parameters().values().stream().mapToLong(HostTensor::elements).sum();
  }

  /// Compiles a snapshot of this model for serving.
  ///
  /// @throws MerapiException of kind `UNBOUND_SIZE` if a named size has no number, `ARGUMENT` if
  ///   the options bind one that the model does not have, `MEMORY` if it needs more than allowed,
  ///   `BACKEND_UNAVAILABLE` or `UNSUPPORTED_OP`
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
    OutputAdvice.warning(trainingGraph(), training.loss())
        .ifPresent(text -> Log.warning(name() + ": " + text));
    return TrainStep.of(this, training, options);
  }

  /// A table of the layers, their results and their parameters.
  public String summary() {
    return Summary.of(this, contents.layers());
  }

  /// The names of the classes that the output scores; empty if none were given.
  public List<String> labels() {
    return contents.labels();
  }

  /// This model with names for the classes that its output scores. Both have the same tensors.
  public Model withLabels(List<String> labels) {
    var c = contents;
    return new Model(
        new ModelContents(
            c.graph(),
            c.trainingGraph(),
            c.layers(),
            c.parameters(),
            Map.of(),
            labels,
            c.metadata()));
  }

  /// Strings of the user's own that are saved with the model.
  public Map<String, String> metadata() {
    return contents.metadata();
  }

  /// This model with other strings of the user's own. Both have the same tensors.
  public Model withMetadata(Map<String, String> strings) {
    return new Model(contents.withMetadata(strings));
  }

  /// All that the model is made of. The tensors are the model's own.
  public ModelContents contents() {
    return contents;
  }

  /// Reads a model from a file; it can be served and trained further. Of a checkpoint it is the
  /// model alone; [ModelFiles#read] gives all that is in the file.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if there is no such file or nobody reads such a
  ///   format, `FORMAT` if the file is not what its format demands, `UNSUPPORTED_OP`
  /// @throws java.io.UncheckedIOException if it cannot be read
  public static Model load(Path file) {
    HeadStart.begin();
    return of(ModelFiles.read(file));
  }

  /// Reads a model from a stream to its end, such as a resource of a jar: a `.merapi` file, as
  /// [#load(Path)]. It passes through a temporary file, since nothing of a model is believed before
  /// it was compared with the whole; the stream is not closed.
  ///
  /// @throws MerapiException as of [#load(Path)]
  /// @throws java.io.UncheckedIOException if it cannot be read, or the temporary file not written
  public static Model load(InputStream stream) {
    HeadStart.begin();
    return of(ModelFiles.read(stream));
  }

  /// Writes the model, with its parameters as they are now, to a file such as `lenet.merapi`. One
  /// that was there is replaced at once and as a whole; a save that is cut short leaves it.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if nobody writes such a format, if there is no such
  ///   folder, or a folder of that name
  /// @throws java.io.UncheckedIOException if it cannot be written
  public void save(Path file) {
    ModelFiles.write(file, contents);
  }

  /// Copies the weights of the same network from a file, such as a PyTorch `state_dict` that was
  /// saved as safetensors. Either all are copied, or none.
  ///
  /// `num_batches_tracked`, which PyTorch's batch normalisation counts, is ignored.
  ///
  /// @return this model
  /// @throws MerapiException of kind `ARGUMENT` that names all missing and unexpected tensors and
  ///   those of another shape; `FORMAT` if the file is not what its format demands
  /// @throws java.io.UncheckedIOException if it cannot be read
  public Model loadWeights(Path file) {
    loadWeights(file, WeightOptions.strict());
    return this;
  }

  /// Copies weights from a file into the parameters that the options choose, under the names that
  /// they give. Either all that fits is copied, or none: nothing is left half loaded.
  ///
  /// @return what was copied, and what both sides have that the other lacks
  /// @throws MerapiException as of [#loadWeights(Path)], though not for what lenient options allow;
  ///   of kind `ARGUMENT` if a pattern matches no parameter
  /// @throws java.io.UncheckedIOException if it cannot be read
  public LoadedWeights loadWeights(Path file, WeightOptions options) {
    return WeightLoading.load(this, file, options);
  }

  /// The single output's name.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if there are several
  String onlyOutput() {
    var outputs = graph().outputs();
    if (outputs.size() != 1) {
      throw MerapiException.of(Kind.ARGUMENT, "model: has not one output")
          .with("outputs", outputs.stream().map(Graph.Output::label).toList());
    }
    return outputs.getFirst().label();
  }

  @Override
  public String toString() {
    return "Model[" + name() + ", " + parameterCount() + " parameters]";
  }
}
