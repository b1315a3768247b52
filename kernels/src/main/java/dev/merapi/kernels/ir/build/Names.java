package dev.merapi.kernels.ir.build;

import dev.merapi.kernels.ir.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Gives values unique names.
final class Names {
  private final Set<String> taken = new HashSet<>();
  private final Map<String, Integer> next = new HashMap<>();

  /// Gives a name, with a number behind it if another value has it.
  void give(Value value, String wanted) {
    if (value.name().equals(wanted)) {
      return;
    }
    taken.remove(value.name());
    String name = wanted;
    while (!taken.add(name)) {
      name = wanted + "_" + next.merge(wanted, 1, Integer::sum);
    }
    value.rename(name);
  }

  /// Takes back the name of a value that is gone.
  void release(Value value) {
    taken.remove(value.name());
  }

  /// Gives a name that says the type.
  void giveAny(Value value) {
    give(value, value.type().letter() + value.id());
  }
}
