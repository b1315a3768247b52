package dev.merapi.nn;

import dev.merapi.CompileOptions;
import dev.merapi.CompiledModel;
import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Session;
import dev.merapi.Tensor;
import dev.merapi.Trace;
import dev.merapi.graph.Shape;
import dev.merapi.graph.Source.Parameter.Role;
import dev.merapi.graph.TensorType;
import dev.merapi.memory.HostTensor;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The one base class of layers and networks: it owns parameters and other modules, and says in
/// [#forward] what it computes.
///
/// ```java
/// final class SimpleNet extends Module {
///   final Dense fc1 = child("fc1", dense(10, 64)), fc2 = child("fc2", dense(64, 1));
///
///   @Override
///   protected Tensor forward(Tensor x) {
///     return sigmoid(fc2.apply(relu(fc1.apply(x))));
///   }
/// }
/// ```
///
/// Names are those of PyTorch's `state_dict`: `fc1.weight`, `fc1.bias`. `java.lang` has a class of
/// the same name, so import this one by its full name. A module holds no numbers and may be part of
/// several models.
public abstract class Module {
  private final Map<String, Module> children = new LinkedHashMap<>();
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();

  /// For subclasses; they name their children and parameters in field initialisers.
  protected Module() {}

  /// What this module computes. It is called while a model is traced, once for each [Trace.Mode];
  /// ordinary Java control flow decides what is recorded.
  protected abstract Tensor forward(Tensor x);

  /// Applies this module, within the `forward` of another or to a tensor that has its numbers.
  /// There a module with parameters has those that `Model.of(module, input, RandomKey.of(0))`
  /// draws: for a look at sizes and values.
  public final Tensor apply(Tensor x) {
    return Trace.current().map(trace -> record(trace, x)).orElseGet(() -> alone(x));
  }

  private Tensor alone(Tensor x) {
    if (parameters().isEmpty()) {
      return result(x);
    }
    Model model = Model.of(this, Model.input("x", x.type()), RandomKey.of(0));
    try (CompiledModel compiled = model.compile(CompileOptions.on("reference"));
        Session session = compiled.newSession()) {
      HostTensor input = session.input("x");
      switch (x.dtype()) {
        case F32 -> input.copyFrom(x.toFloats());
        case I32 -> input.copyFrom(x.toInts());
        case BOOL -> input.copyFrom(x.toInts());
      }
      session.run();
      return Tensor.of(session.output(Model.OUTPUT).toLiteral());
    }
  }

  private Tensor record(Trace trace, Tensor x) {
    Optional<String> name = trace.nameOf(this);
    if (name.isEmpty()) { // made inside forward(): belongs to the place that applies it
      return result(x);
    }
    String place = name.get().isEmpty() ? trace.toString() : trace + "." + name.get();
    Tensor result = trace.at(place, () -> located(place, x));
    if (children.isEmpty()) {
      trace.note(new Trace.Layer(name.get(), kind(), result.type()));
    }
    return result;
  }

  private Tensor located(String place, Tensor x) {
    try {
      return result(x);
    } catch (MerapiException e) {
      throw e.place().isEmpty() ? e.at(place) : e;
    }
  }

  private Tensor result(Tensor x) {
    Tensor result = forward(x);
    if (result == null) { // nobody checks the user's own class
      throw MerapiException.of(Kind.TRACE, "module: forward gave null").with("module", kind());
    }
    return result;
  }

  /// Registers a part of this module.
  ///
  /// @param name a Java identifier or a number, unique among the parts
  /// @return the part
  protected final <M extends Module> M child(String name, M part) {
    checkName(name);
    children.put(name, part);
    return part;
  }

  /// Registers an `f32` parameter of this module.
  ///
  /// @param name a Java identifier, unique among the parts
  protected final Parameter parameter(String name, Shape shape, Initializer initializer) {
    return register(name, shape, initializer, Role.WEIGHT);
  }

  /// Registers an `f32` buffer of this module: it is saved and named like a parameter, but not
  /// trained. `forward` says what it becomes, in mode `TRAIN`: [Trace#update].
  ///
  /// @param name a Java identifier, unique among the parts
  protected final Parameter buffer(String name, Shape shape, Initializer initializer) {
    return register(name, shape, initializer, Role.BUFFER);
  }

  private Parameter register(String name, Shape shape, Initializer initializer, Role role) {
    checkName(name);
    var parameter = new Parameter(TensorType.f32().with(shape), initializer, role);
    parameters.put(name, parameter);
    return parameter;
  }

  private void checkName(String name) {
    if (!name.matches("[A-Za-z0-9_]+")
        || children.containsKey(name)
        || parameters.containsKey(name)) {
      throw MerapiException.of(Kind.ARGUMENT, "module: name is not valid or taken")
          .with("name", name)
          .with("taken", children.keySet() + " and " + parameters.keySet())
          .at(kind())
          .hint("use letters, digits and '_'");
    }
  }

  /// What this is, for summaries and messages.
  public String kind() {
    String name = getClass().getSimpleName();
    return name.isEmpty() || getClass().isHidden() ? "Module" : name;
  }

  /// What this was made with, for its text: the arguments of its factory, then each option as
  /// `name=value`, separated by commas. Empty unless a layer says more.
  protected String settings() {
    return "";
  }

  /// The parts, by name, in the order of their registration.
  public final Map<String, Module> children() {
    return Collections.unmodifiableMap(children);
  }

  /// The parameters and buffers of this module and of its parts, by their full names.
  public final Map<String, Parameter> parameters() {
    var found = new LinkedHashMap<String, Parameter>();
    names()
        .forEach((part, name) -> {
          if (part instanceof Parameter parameter) {
            found.put(name, parameter);
          }
        });
    return found;
  }

  /// The full names of this module (empty), its parts and their parameters, by identity; a part
  /// that is used twice has its first name.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if a module is a part of itself
  public final Map<Object, String> names() {
    var names = new LinkedHashMap<Object, String>();
    collect("", names, new HashSet<>());
    return names;
  }

  private void collect(String name, Map<Object, String> names, Set<Module> above) {
    if (!above.add(this)) {
      throw MerapiException.of(Kind.ARGUMENT, "module: is a part of itself")
          .with("name", name)
          .at(kind());
    }
    names.putIfAbsent(this, name);
    String prefix = name.isEmpty() ? "" : name + ".";
    parameters.forEach((own, parameter) -> names.putIfAbsent(parameter, prefix + own));
    children.forEach((own, part) -> part.collect(prefix + own, names, above));
    above.remove(this);
  }

  /// Kind and settings, and those of the parts, a line each:
  ///
  /// ```
  /// Sequential(
  ///   (0): Dense(4, 16)
  ///   (1): Relu()
  /// )
  /// ```
  @Override
  public String toString() {
    return ModuleText.of(this);
  }

  /// A module is equal to itself only.
  @Override
  public final boolean equals(Object other) {
    return this == other;
  }

  @Override
  public final int hashCode() {
    return System.identityHashCode(this);
  }
}
