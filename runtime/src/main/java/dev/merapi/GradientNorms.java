package dev.merapi;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The Euclidean norms of the gradients of a training step's last run, before any clipping; where
/// gradients are accumulated, of their mean so far.
///
/// It reads the step's own results: a run writes over them, and reading allocates nothing.
public final class GradientNorms {
  private static final String GLOBAL = "merapi.gradient_norm";
  private static final String PREFIX = GLOBAL + ".";

  private final Session session;
  private final Map<String, String> labels;

  private GradientNorms(Session session, Map<String, String> labels) {
    this.session = session;
    this.labels = labels;
  }

  /// Adds the norms to the outputs of a step's graph.
  static void measure(Trace trace, Gradients gradients) {
    gradients.squares().forEach((name, square) -> trace.output(PREFIX + name, square.sqrt()));
    trace.output(GLOBAL, gradients.norm());
  }

  /// The norms that a session's outputs hold.
  static GradientNorms of(Session session) {
    var labels = new LinkedHashMap<String, String>();
    for (String label : session.outputs().keySet()) {
      if (label.startsWith(PREFIX)) {
        labels.put(label.substring(PREFIX.length()), label);
      }
    }
    return new GradientNorms(session, labels);
  }

  /// The names of the trained parameters.
  public List<String> parameters() {
    return List.copyOf(labels.keySet());
  }

  /// The norm of all gradients together.
  public float global() {
    return session.output(GLOBAL).getFloat(0);
  }

  /// The norm of the gradient of one parameter.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if no parameter of that name is trained
  public float of(String parameter) {
    return session.output(Names.find("trained parameter", parameter, labels)).getFloat(0);
  }

  /// A copy: the norms by parameter.
  public Map<String, Float> toMap() {
    var norms = new LinkedHashMap<String, Float>();
    labels.keySet().forEach(name -> norms.put(name, of(name)));
    return norms;
  }

  @Override
  public String toString() {
    return "GradientNorms[" + global() + ", " + toMap() + "]";
  }
}
