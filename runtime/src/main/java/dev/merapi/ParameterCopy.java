package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.memory.HostTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/// Copies tensors into others of the same names: all, or none.
final class ParameterCopy {
  private ParameterCopy() {}

  /// Fills each tensor from the one of its name.
  ///
  /// @param what who asks, for messages
  /// @throws MerapiException of kind `ARGUMENT` that names all that are missing and what there is,
  ///   `SHAPE` that names all of another type, `CLOSED` if memory of one is gone; then nothing is
  ///   copied
  static void all(String what, Map<String, HostTensor> from, Map<String, HostTensor> into) {
    var missing = new ArrayList<>(into.keySet());
    missing.removeAll(from.keySet());
    if (!missing.isEmpty()) {
      throw MerapiException.of(Kind.ARGUMENT, what + ": parameters are missing")
          .with("missing", missing)
          .with("there are", from.keySet());
    }
    var copies = new LinkedHashMap<HostTensor, HostTensor>();
    into.forEach((name, tensor) -> copies.put(tensor, Names.find("parameter", name, from)));
    checkTypes(what, copies);
    copies.forEach((target, source) -> {
      target.checkOpen();
      source.checkOpen();
    });
    copies.forEach(HostTensor::copyFrom); // now that nothing can fail any more
  }

  private static void checkTypes(String what, Map<HostTensor, HostTensor> copies) {
    var others = new ArrayList<String>();
    copies.forEach((target, source) -> {
      if (!target.type().equals(source.type())) {
        others.add(target.name() + " is " + target.type() + ", not " + source.type());
      }
    });
    if (!others.isEmpty()) {
      throw MerapiException.of(Kind.SHAPE, what + ": parameters have other types")
          .with("types", others);
    }
  }
}
