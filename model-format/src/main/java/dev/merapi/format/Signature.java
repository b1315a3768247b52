package dev.merapi.format;

import dev.merapi.MerapiException;
import dev.merapi.graph.Graph;
import dev.merapi.graph.TensorType;
import java.util.LinkedHashMap;
import java.util.Map;

/// The names and types of inputs and outputs, for readers that do not know the text of graphs.
///
/// @param types by name, in order
record Signature(Map<String, TensorType> types) {
  private static final int SHOWN = 200;

  /// Of the inputs.
  static Signature inputs(Graph graph) {
    var types = new LinkedHashMap<String, TensorType>();
    graph.inputs().forEach((label, value) -> types.put(label, value.type()));
    return new Signature(types);
  }

  /// Of the outputs.
  static Signature outputs(Graph graph) {
    var types = new LinkedHashMap<String, TensorType>();
    graph.outputs().forEach(each -> types.put(each.label(), each.value().type()));
    return new Signature(types);
  }

  /// A JSON object: the type of each by its name.
  String text() {
    var texts = new LinkedHashMap<String, String>();
    types.forEach((label, type) -> texts.put(label, type.toString()));
    return Json.object(texts);
  }

  /// Checks that a text is this one. Compares piece by piece: many outputs of one value with a long
  /// type would have a text far longer than the file.
  ///
  /// @param key what messages call it
  void check(String key, String found) {
    int at = 0;
    String before = "{";
    for (var each : types.entrySet()) {
      String type = each.getValue().toString();
      at = behind(key, found, at, before + Json.quote(each.getKey()) + ":" + Json.quote(type));
      before = ",";
    }
    at = behind(key, found, at, types.isEmpty() ? "{}" : "}");
    if (at < found.length()) {
      throw different(key, found, at, "end");
    }
  }

  /// The place behind what has to stand there.
  private static int behind(String key, String found, int at, String wanted) {
    if (!found.startsWith(wanted, at)) {
      throw different(key, found, at, wanted);
    }
    return at + wanted.length();
  }

  private static MerapiException different(String key, String found, int at, String wanted) {
    return MerapiFile.broken("a signature differs from the graph")
        .with("key", key)
        .with("character", at)
        .with("signature", shortened(found.substring(at)))
        .with("graph", shortened(wanted));
  }

  private static String shortened(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }
}
