package dev.merapi.format;

import dev.merapi.Trace;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphParser;
import dev.merapi.graph.Literal;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.memory.HostTensor;
import dev.merapi.spi.ModelContents;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Makes a model of the parts of a Merapi file.
final class ModelReading {
  private final Map<String, String> metadata;
  private final MerapiFile file;

  private ModelReading(MerapiFile file) {
    this.file = file;
    metadata = file.header().metadata();
  }

  static ModelContents of(SeekableByteChannel channel) throws IOException {
    return new ModelReading(MerapiFile.open(channel)).contents();
  }

  private ModelContents contents() throws IOException {
    Graph graph = GraphParser.parse(file.string(Keys.GRAPH));
    Signature.inputs(graph).check(Keys.INPUTS, file.string(Keys.INPUTS));
    Signature.outputs(graph).check(Keys.OUTPUTS, file.string(Keys.OUTPUTS));
    String trainingText = metadata.get(Keys.TRAINING);
    Graph training = trainingText == null ? graph : GraphParser.parse(trainingText);
    Map<String, TensorType> stored = file.types();
    agree(graph.parameters(), stored);
    agree(trained(training, stored), stored);
    stored.forEach((name, type) -> {
      if (name.startsWith(Keys.CONSTANT) && type.shape().elements() > Integer.MAX_VALUE / 8) {
        throw MerapiFile.broken("a constant is too large").with("name", name).with("type", type);
      }
    });
    var parameters = new LinkedHashMap<String, HostTensor>();
    var state = new LinkedHashMap<String, HostTensor>();
    var constants = new LinkedHashMap<String, Literal>();
    file.tensors()
        .forEach((name, tensor) -> {
          if (name.startsWith(Keys.STATE)) {
            state.put(name, tensor);
          } else if (name.startsWith(Keys.CONSTANT)) {
            constants.put(name, tensor.toLiteral());
          } else if (name.startsWith(Keys.OWN)) {
            throw MerapiFile.broken("a tensor has a name that version 1 does not know")
                .with("name", name);
          } else {
            parameters.put(name, tensor);
          }
        });
    Graph serving = Constants.restore(graph, constants);
    return new ModelContents(
        serving,
        trainingText == null ? serving : Constants.restore(training, constants),
        layers(),
        parameters,
        state,
        labels(),
        strings());
  }

  /// The parameters that the training graph reads; a file may lack those that are state.
  private static Map<String, Value> trained(Graph training, Map<String, TensorType> stored) {
    var parameters = new LinkedHashMap<>(training.parameters());
    parameters.keySet().removeIf(name -> name.startsWith(Keys.STATE) && !stored.containsKey(name));
    return parameters;
  }

  private static void agree(Map<String, Value> parameters, Map<String, TensorType> stored) {
    parameters.forEach((name, value) -> {
      TensorType type = stored.get(name);
      if (!value.type().equals(type)) {
        throw MerapiFile.broken("a parameter of the graph has no tensor of its type")
            .with("name", name)
            .with("type", value.type())
            .with("tensor", type == null ? "none" : type);
      }
    });
  }

  private List<Trace.Layer> layers() {
    var layers = new ArrayList<Trace.Layer>();
    var cursor = new JsonCursor(file.string(Keys.LAYERS));
    cursor.array(
        Limits.MOST_LAYERS,
        () -> {
          List<String> parts = strings(cursor, 3);
          if (parts.size() != 3) {
            throw cursor.error("a layer has a name, a kind and a type");
          }
          layers.add(new Trace.Layer(parts.get(0), parts.get(1), TensorType.parse(parts.get(2))));
        });
    cursor.end();
    return layers;
  }

  private List<String> labels() {
    String text = metadata.get(Keys.LABELS);
    if (text == null) {
      return List.of();
    }
    var cursor = new JsonCursor(text);
    List<String> labels = strings(cursor, Limits.MOST_LABELS);
    cursor.end();
    return labels;
  }

  private static List<String> strings(JsonCursor cursor, int most) {
    var strings = new ArrayList<String>();
    cursor.array(most, () -> strings.add(cursor.string()));
    return strings;
  }

  /// The user's own strings.
  private Map<String, String> strings() {
    var strings = new LinkedHashMap<>(metadata);
    strings.keySet().removeIf(key -> key.startsWith(Keys.OWN));
    return strings;
  }
}
