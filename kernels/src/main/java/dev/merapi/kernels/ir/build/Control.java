package dev.merapi.kernels.ir.build;

import dev.merapi.kernels.ir.Block;
import dev.merapi.kernels.ir.Instruction;
import dev.merapi.kernels.ir.Instruction.If;
import dev.merapi.kernels.ir.Instruction.Loop;
import dev.merapi.kernels.ir.Value;
import dev.merapi.kernels.ir.Word;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;

/// Builds loops and branches, and turns variables into carried values and results.
final class Control {
  private final RoutineBuilder builder;

  Control(RoutineBuilder builder) {
    this.builder = builder;
  }

  <T extends Handle> Var<T> variable(String name, T initial, Function<Value, T> wrap) {
    Var<T> variable = new Var<>(builder, name, initial.value(), wrap);
    builder.scope().variables().add(variable);
    return variable;
  }

  void loop(Int from, Int to, long step, Consumer<Int> body) {
    if (step <= 0) {
      throw new IllegalArgumentException("loop: step must be positive: step=" + step);
    }
    OptionalLong first = from.constant();
    OptionalLong end = to.constant();
    if (first.isPresent() && end.isPresent()) {
      long length = end.getAsLong() - first.getAsLong();
      if (length <= 0) {
        return;
      }
      if (length <= step) {
        once(() -> body.accept(from));
        return;
      }
    }
    emitLoop(from, to, step, body);
  }

  /// Every variable is a parameter of the body at first. Those that it does not set are taken out
  /// again.
  private void emitLoop(Int from, Int to, long step, Consumer<Int> body) {
    List<Var<?>> variables = List.copyOf(builder.scope().variables());
    List<Value> before = variables.stream().map(Var::current).toList();
    Value counter = builder.create(Word.INTEGER);
    List<Value> inside = new ArrayList<>();
    for (Var<?> variable : variables) {
      inside.add(create(variable));
    }
    set(variables, inside);
    Scope scope = builder.nested(() -> body.accept(new Int(builder, counter)));

    var initial = new ArrayList<Value>();
    var parameters = new ArrayList<>(List.of(counter));
    var yields = new ArrayList<Value>();
    var results = new ArrayList<Value>();
    Map<Value, Value> unset = new HashMap<>();
    for (int i = 0; i < inside.size(); i++) {
      Var<?> variable = variables.get(i);
      if (variable.current() == inside.get(i)) {
        unset.put(inside.get(i), before.get(i));
        builder.unname(inside.get(i));
        variable.current(before.get(i));
      } else {
        initial.add(before.get(i));
        parameters.add(inside.get(i));
        yields.add(variable.current());
        Value result = create(variable);
        results.add(result);
        variable.current(result);
      }
    }
    Block block =
        new Block(parameters, scope.instructions(), yields)
            .rename(value -> unset.getOrDefault(value, value));
    builder.effect(new Loop(results, from.value(), to.value(), step, initial, block));
  }

  void when(Cond condition, Runnable then, Runnable otherwise) {
    OptionalLong known = builder.constant(condition.value());
    if (known.isPresent()) {
      once(known.getAsLong() != 0 ? then : otherwise);
      return;
    }
    List<Var<?>> variables = List.copyOf(builder.scope().variables());
    List<Value> before = variables.stream().map(Var::current).toList();
    Scope first = builder.nested(then);
    List<Value> afterThen = variables.stream().map(Var::current).toList();
    set(variables, before);
    Scope second = builder.nested(otherwise);

    var yes = new ArrayList<Value>();
    var no = new ArrayList<Value>();
    var results = new ArrayList<Value>();
    for (int i = 0; i < variables.size(); i++) {
      Var<?> variable = variables.get(i);
      if (afterThen.get(i) != variable.current()) {
        yes.add(afterThen.get(i));
        no.add(variable.current());
        Value result = create(variable);
        results.add(result);
        variable.current(result);
      }
    }
    builder.effect(
        new If(
            results,
            condition.value(),
            block(first.instructions(), yes),
            block(second.instructions(), no)));
  }

  private static Block block(List<Instruction> instructions, List<Value> yields) {
    return new Block(List.of(), instructions, yields);
  }

  /// Runs a body in the block that surrounds it; its variables end with it all the same.
  private void once(Runnable body) {
    List<Var<?>> variables = builder.scope().variables();
    int before = variables.size();
    body.run();
    List<Var<?>> own = variables.subList(before, variables.size());
    own.forEach(Var::end);
    own.clear();
  }

  private Value create(Var<?> variable) {
    Value value = builder.create(variable.current().type());
    builder.name(value, variable.name());
    return value;
  }

  private static void set(List<Var<?>> variables, List<Value> values) {
    for (int i = 0; i < variables.size(); i++) {
      variables.get(i).current(values.get(i));
    }
  }
}
