package dev.merapi.format;

import dev.merapi.graph.Graph;
import java.util.LinkedHashMap;
import java.util.Map;

/// The names and types of inputs and outputs, for readers that do not know the text of graphs.
final class Signature {
  private Signature() {}

  /// A JSON object: the type of each input by its name.
  static String inputs(Graph graph) {
    var types = new LinkedHashMap<String, String>();
    graph.inputs().forEach((label, value) -> types.put(label, value.type().toString()));
    return Json.object(types);
  }

  /// A JSON object: the type of each output by its name.
  static String outputs(Graph graph) {
    Map<String, String> types = new LinkedHashMap<>();
    graph.outputs().forEach(each -> types.put(each.label(), each.value().type().toString()));
    return Json.object(types);
  }
}
