package dev.merapi.kernels.bytecode;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.util.function.Consumer;

/// Forms of branches.
final class Branches {
  private Branches() {}

  /// Pushes 1, or 0 where a test jumps.
  ///
  /// @param test emits a jump to a label if something does not hold
  static void flag(CodeBuilder code, Consumer<Label> test) {
    choose(code, test, code::iconst_1, code::iconst_0);
  }

  /// Emits one of two pieces of code, or the other where a test jumps.
  static void choose(CodeBuilder code, Consumer<Label> test, Runnable yes, Runnable no) {
    Label otherwise = code.newLabel();
    Label end = code.newLabel();
    test.accept(otherwise);
    yes.run();
    code.goto_(end);
    code.labelBinding(otherwise);
    no.run();
    code.labelBinding(end);
  }

  /// Emits code that is left out where a test jumps.
  static void when(CodeBuilder code, Consumer<Label> test, Runnable body) {
    Label end = code.newLabel();
    test.accept(end);
    body.run();
    code.labelBinding(end);
  }
}
