package dev.merapi.kernels.emit;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Hands out local variables and takes them back: few variables keep the bytecode short, and one
/// that only ever holds values of one class keeps its type exact for the JIT.
public final class Locals {
  private final CodeBuilder code;
  private final Map<ClassDesc, Deque<Integer>> free = new HashMap<>();
  private List<Runnable> open = new ArrayList<>();

  public Locals(CodeBuilder code) {
    this.code = code;
  }

  /// A variable for values of a class, until the end of the innermost [#scope].
  public int take(ClassDesc type) {
    Deque<Integer> pool = free.computeIfAbsent(type, _ -> new ArrayDeque<>());
    int slot = pool.isEmpty() ? code.allocateLocal(TypeKind.from(type)) : pool.pop();
    open.add(() -> pool.push(slot));
    return slot;
  }

  /// Emits code whose variables may be used again afterwards.
  public void scope(Runnable body) {
    List<Runnable> outer = open;
    open = new ArrayList<>();
    body.run();
    open.reversed().forEach(Runnable::run);
    open = outer;
  }
}
