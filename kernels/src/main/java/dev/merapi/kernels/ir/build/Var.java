package dev.merapi.kernels.ir.build;

import dev.merapi.kernels.ir.Value;
import java.util.function.Function;

/// A variable of the author: what is set in a loop's body or a branch is seen behind it. The
/// builder makes carried values and results of that.
///
/// A variable exists until the block ends in which it was made.
public final class Var<T extends Handle> {
  private final RoutineBuilder builder;
  private final Function<Value, T> wrap;
  private final String name;
  private Value current;
  private boolean alive = true;

  Var(RoutineBuilder builder, String name, Value initial, Function<Value, T> wrap) {
    this.builder = builder;
    this.name = name;
    this.current = initial;
    this.wrap = wrap;
  }

  /// The present value.
  public T get() {
    checkAlive();
    return wrap.apply(current);
  }

  /// Sets a value of the same type.
  public void set(T next) {
    checkAlive();
    Value value = next.value();
    if (!value.type().equals(current.type())) {
      throw new IllegalArgumentException(
          "variable of another type: name="
              + name
              + ", type="
              + current.type()
              + ", set="
              + value.type());
    }
    if (next.builder() != builder) {
      throw new IllegalArgumentException("value of another routine: variable=" + name);
    }
    current = value;
  }

  private void checkAlive() {
    if (!alive) {
      throw new IllegalStateException("variable outside of its block: name=" + name);
    }
  }

  Value current() {
    return current;
  }

  void current(Value value) {
    current = value;
  }

  String name() {
    return name;
  }

  void end() {
    alive = false;
  }
}
