package dev.merapi.nn;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.Trace;
import dev.merapi.graph.TensorType;

/// A learned tensor that a [Module] owns. It has no numbers itself: those belong to the
/// [dev.merapi.Model] that is made of the module.
public final class Parameter {
  private final TensorType type;
  private final Initializer initializer;

  Parameter(TensorType type, Initializer initializer) {
    this.type = type;
    this.initializer = initializer;
  }

  /// Element type and sizes.
  public TensorType type() {
    return type;
  }

  /// What its first numbers are.
  public Initializer initializer() {
    return initializer;
  }

  /// The parameter as a tensor, inside `forward`.
  ///
  /// @throws MerapiException of kind `TRACE` outside a trace, or if the module that owns it is not
  ///   registered in the network that is traced
  public Tensor tensor() {
    Trace trace =
        Trace.current()
            .orElseThrow(() ->
                MerapiException.of(Kind.TRACE, "a parameter is read outside a trace")
                    .with("type", type)
                    .hint("Model.of(net, input(...), key) traces forward(); do not call it"));
    String name =
        trace
            .nameOf(this)
            .orElseThrow(() ->
                MerapiException.of(Kind.TRACE, "a parameter is not part of the network")
                    .with("type", type)
                    .at(trace.builder().path())
                    .hint("register its layer in the module: child(\"name\", layer)"));
    return trace.parameter(name, type);
  }
}
