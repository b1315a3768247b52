package dev.merapi.kernels.machine;

import dev.merapi.foreign.SystemFunction;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The functions of an operating system, by name.
interface SystemCalls {
  /// @param arguments six, of which the function takes its own
  long call(String function, long[] arguments);

  /// Those that a table of pages names; empty if one of them is not there, or if this JVM does not
  /// allow calls.
  static Optional<SystemCalls> of(PageSystem system) {
    Map<String, SystemFunction> functions = new HashMap<>();
    for (var step :
        new PageSystem.Step[] {system.allocate(), system.makeExecutable(), system.release()}) {
      String name = step.function();
      var function =
          system.library().isEmpty()
              ? SystemFunction.find(name)
              : SystemFunction.find(system.library(), name);
      if (function.isEmpty()) {
        return Optional.empty();
      }
      functions.put(name, function.get());
    }
    return Optional.of((name, a) -> {
      SystemFunction function = Objects.requireNonNull(functions.get(name), name);
      return function.call(a[0], a[1], a[2], a[3], a[4], a[5]);
    });
  }
}
