package dev.merapi;

import dev.merapi.compiler.Pipeline;
import dev.merapi.graph.TensorType;
import dev.merapi.memory.HostTensor;
import dev.merapi.spi.Program;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/// A model ready to serve: an immutable snapshot of its parameters and code for its sizes.
///
/// Thread-safe. Each thread that runs it has a [Session], or calls [#run], which borrows one.
/// Closing is safe at any time: running calls finish, later ones throw (kind `CLOSED`).
public final class CompiledModel implements AutoCloseable {
  private final String name;
  private final Map<String, TensorType> inputs;
  private final Plans plans;
  private final SessionPool pool;

  /// @param inputs the types of the inputs with their varying sizes
  private CompiledModel(String name, Map<String, TensorType> inputs, Plans plans) {
    this.name = name;
    this.inputs = inputs;
    this.plans = plans;
    pool = new SessionPool(this::newSession, plans.options().pool());
  }

  static CompiledModel of(Model model, CompileOptions options) {
    NamedSizes.check(options, model.graph());
    var plans =
        new Plans(
            "model " + model.name(),
            options,
            (sizes, limits) ->
                Pipeline.compile(model.graph(), sizes, Program.Parameters.FROZEN, limits),
            model.parameters());
    var fixed = new LinkedHashMap<>(options.sizes());
    fixed.keySet().removeAll(options.varying());
    var inputs = new LinkedHashMap<String, TensorType>();
    model.graph().inputs().forEach((label, value) -> inputs.put(label, value.type().bind(fixed)));
    return new CompiledModel(model.name(), inputs, plans);
  }

  /// A new workspace, bound to the largest sizes. The caller closes it.
  ///
  /// @throws MerapiException of kind `CLOSED` if the model is closed
  public Session newSession() {
    return new Session(plans, () -> {});
  }

  /// Runs once on a borrowed session, from any thread; waits while all sessions are taken. Sizes
  /// compiled with `upTo` are worked out from the lengths of the arrays.
  ///
  /// @param data the elements of each input by name, row-major; all are `f32`
  /// @return the elements of each output by name
  /// @throws MerapiException of kind `ARGUMENT` for a missing or unknown name, `SHAPE` for a length
  ///   that does not fit, `CLOSED` if the model is closed, `LIMIT` if no session came free in the
  ///   time that [CompileOptions#pool] allows
  public Map<String, float[]> run(Map<String, float[]> data) {
    return call(
        data,
        array -> (long) array.length,
        (tensor, array) -> tensor.copyFrom(array),
        HostTensor::toFloats);
  }

  /// As [#run], for tensors of any type that hold their numbers.
  public Map<String, Tensor> runTensors(Map<String, Tensor> data) {
    return call(
        data,
        tensor -> tensor.shape().elements(),
        (into, tensor) -> into.copyFrom(tensor.literal()),
        result -> Tensor.of(result.toLiteral()));
  }

  private <T> Map<String, T> call(
      Map<String, T> data,
      ToLongFunction<T> length,
      BiConsumer<HostTensor, T> fill,
      Function<HostTensor, T> read) {
    plans.checkOpen();
    var lengths = new LinkedHashMap<String, Long>();
    data.forEach((label, each) -> lengths.put(label, length.applyAsLong(each)));
    Map<String, Long> sizes = InputSizes.of(inputs, lengths);
    return pool.with(session -> {
      session.resize(sizes);
      InputSizes.check(inputs, session.inputs(), lengths);
      session
          .inputs()
          .forEach((label, tensor) -> fill.accept(tensor, Names.find("input", label, data)));
      session.run();
      var results = new LinkedHashMap<String, T>();
      session.outputs().forEach((label, tensor) -> results.put(label, read.apply(tensor)));
      return results;
    });
  }

  /// The name: that of the model.
  public String name() {
    return name;
  }

  /// A copy of the parameter of that name.
  public HostTensor parameter(String label) {
    plans.checkOpen();
    HostTensor own = Names.find("parameter", label, plans.persistent().parameters());
    var copy = HostTensor.allocate(label, own.type());
    copy.copyFrom(own);
    return copy;
  }

  /// The memory that the largest sizes take.
  public MemoryUse memory() {
    return plans.largest().memory();
  }

  /// The memory that these sizes take, with what they share with others; compiles them if they are
  /// new.
  public MemoryUse memory(Map<String, Long> sizes) {
    return plans.memory(plans.resized(plans.options().sizes(), sizes));
  }

  /// What somebody who wonders about speed should know of the sizes in use, a sentence a line;
  /// empty if all is well.
  public List<String> diagnostics() {
    return plans.diagnostics();
  }

  /// Drives every kernel of the sizes in use until it runs at its full speed, then the whole
  /// program of the largest sizes on a copy of its memory, for as long as this takes: seconds.
  /// Without it, the first runs give the same bits more slowly, and kernels are brought in beside
  /// them as [CompileOptions#warmUp()] says.
  ///
  /// An interrupt ends it within seconds, and the thread stays interrupted: everything can be used
  /// as before, kernels that are warm stay so, and [#diagnostics] names the others.
  public CompiledModel warmUp() {
    plans.warmUp();
    return this;
  }

  /// Refuses new runs; memory and code are given back when the last running one has returned.
  @Override
  public void close() {
    pool.close();
    plans.close();
  }

  @Override
  public String toString() {
    return "CompiledModel[" + name + ", " + plans.options().sizes() + "]";
  }
}
