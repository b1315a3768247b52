package dev.merapi.bench.compare;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.ExecutionMode;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;

/// A network in ONNX Runtime, at the settings that are best for it here: every graph optimisation,
/// as many threads within an operation as asked for and one between operations, its workers spin
/// between calls (its default), the batch size known when the graph is optimised, input and output
/// made once over direct buffers, so that a call copies nothing.
final class OnnxRuntimeNetwork implements LoadedNetwork {
  static final String SETTINGS =
      "all graph optimisations, sequential, spinning, fixed batch, direct input and pinned output";

  private final OrtSession session;
  private final OnnxTensor input;
  private final OnnxTensor output;
  private final Map<String, OnnxTensor> inputs;
  private final Map<String, OnnxTensor> outputs;
  private final FloatBuffer result;

  private OnnxRuntimeNetwork(OrtSession session, long[] from, long[] to, float[] x)
      throws OrtException {
    var environment = OrtEnvironment.getEnvironment();
    this.session = session;
    result = direct(elements(to));
    input = OnnxTensor.createTensor(environment, direct(x.length).put(x).flip(), from);
    output = OnnxTensor.createTensor(environment, result, to);
    inputs = Map.of("x", input);
    outputs = Map.of("output", output);
  }

  /// Loads a file.
  ///
  /// @param x the elements of the input, shaped `from`
  /// @throws MerapiException of kind `BACKEND_UNAVAILABLE` if ONNX Runtime refuses
  static OnnxRuntimeNetwork of(Path file, int threads, long[] from, long[] to, float[] x) {
    try (var options = new SessionOptions()) {
      options.setOptimizationLevel(OptLevel.ALL_OPT);
      options.setExecutionMode(ExecutionMode.SEQUENTIAL);
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setSymbolicDimensionValue("N", from[0]);
      var session = OrtEnvironment.getEnvironment().createSession(file.toString(), options);
      return new OnnxRuntimeNetwork(session, from, to, x);
    } catch (OrtException e) {
      throw failed("ONNX Runtime does not load a network", e).with("file", file.getFileName());
    }
  }

  /// Its version.
  static String version() {
    return OrtEnvironment.getEnvironment().getVersion();
  }

  private static FloatBuffer direct(int elements) {
    return ByteBuffer.allocateDirect(elements * Float.BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  private static int elements(long[] shape) {
    long product = 1;
    for (long size : shape) {
      product = Math.multiplyExact(product, size);
    }
    return Math.toIntExact(product);
  }

  @Override
  public void run() {
    try {
      session.run(inputs, outputs).close();
    } catch (OrtException e) {
      throw failed("ONNX Runtime does not run a network", e);
    }
  }

  @Override
  public float[] output() {
    float[] copy = new float[result.capacity()];
    result.get(0, copy);
    return copy;
  }

  @Override
  public void close() {
    input.close();
    output.close();
    try {
      session.close();
    } catch (OrtException e) {
      throw failed("ONNX Runtime does not close a session", e);
    }
  }

  private static MerapiException failed(String what, OrtException cause) {
    return MerapiException.of(Kind.BACKEND_UNAVAILABLE, what).causedBy(cause);
  }
}
