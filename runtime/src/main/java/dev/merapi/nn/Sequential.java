package dev.merapi.nn;

import dev.merapi.Tensor;

/// Modules one after the other, named `0`, `1`, ...
public final class Sequential extends Module {
  private Sequential(Module... parts) {
    for (int i = 0; i < parts.length; i++) {
      child(Integer.toString(i), parts[i]);
    }
  }

  /// A chain of modules; an empty one gives back its input.
  public static Sequential of(Module... parts) {
    return new Sequential(parts);
  }

  @Override
  protected Tensor forward(Tensor x) {
    Tensor result = x;
    for (Module part : children().values()) {
      result = part.apply(result);
    }
    return result;
  }
}
