package dev.merapi.kernels.bytecode;

import dev.merapi.kernels.ir.Instruction.Call;
import dev.merapi.kernels.ir.Routine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A routine and all that it calls, which become methods of one class, and their names.
final class MethodNames {
  private final Map<Routine, String> names = new IdentityHashMap<>();
  private final List<Routine> routines = new ArrayList<>();

  MethodNames(Routine routine) {
    add(routine);
  }

  private void add(Routine one) {
    if (names.containsKey(one)) {
      return;
    }
    one.forEach(each -> {
      if (each instanceof Call call) {
        add(call.routine());
      }
    });
    names.put(one, one.name() + "$" + names.size());
    routines.add(one);
  }

  /// All of them, each behind those that it calls.
  List<Routine> routines() {
    return Collections.unmodifiableList(routines);
  }

  String of(Routine one) {
    return Objects.requireNonNull(names.get(one));
  }
}
