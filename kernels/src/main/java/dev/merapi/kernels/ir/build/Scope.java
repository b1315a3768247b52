package dev.merapi.kernels.ir.build;

import dev.merapi.kernels.ir.Instruction;
import dev.merapi.kernels.ir.PureKey;
import dev.merapi.kernels.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A block that is being built, and the values that its pure instructions have, so that none is
/// computed twice where the first result is visible.
final class Scope {
  private final @Nullable Scope outer;
  private final List<Instruction> instructions = new ArrayList<>();
  private final Map<PureKey, Value> known = new HashMap<>();
  private final List<Var<?>> variables;

  Scope(@Nullable Scope outer) {
    this.outer = outer;
    this.variables = outer == null ? new ArrayList<>() : new ArrayList<>(outer.variables);
  }

  List<Instruction> instructions() {
    return instructions;
  }

  void add(Instruction instruction) {
    instructions.add(instruction);
  }

  /// The variables that can be set here, those of surrounding blocks first.
  List<Var<?>> variables() {
    return variables;
  }

  @Nullable Value find(PureKey key) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Value value = scope.known.get(key);
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  void define(PureKey key, Value value) {
    known.put(key, value);
  }

  /// Ends the variables that were made here.
  void end() {
    int inherited = outer == null ? 0 : outer.variables.size();
    variables.subList(inherited, variables.size()).forEach(Var::end);
  }
}
