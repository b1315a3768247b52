package dev.merapi.nn;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.Trace;
import dev.merapi.graph.Source.Parameter.Role;
import dev.merapi.graph.TensorType;

/// A tensor that a [Module] owns: learned, or a buffer that `forward` itself keeps up to date. It
/// has no numbers itself: those belong to the [dev.merapi.Model] that is made of the module.
public final class Parameter {
  private final TensorType type;
  private final Initializer initializer;
  private final Role role;

  Parameter(TensorType type, Initializer initializer, Role role) {
    this.type = type;
    this.initializer = initializer;
    this.role = role;
  }

  /// Element type and sizes.
  public TensorType type() {
    return type;
  }

  /// What its first numbers are.
  public Initializer initializer() {
    return initializer;
  }

  /// Whether training changes it by its gradient, or `forward` by what it stores.
  public Role role() {
    return role;
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
    return switch (role) {
      case WEIGHT -> trace.parameter(name, type);
      case BUFFER -> trace.buffer(name, type);
    };
  }
}
