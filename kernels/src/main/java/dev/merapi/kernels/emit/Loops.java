package dev.merapi.kernels.emit;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;

/// Emits loops in the form that C2 knows best: one `int` counter, tested at the top, stepped once
/// by a constant.
public final class Loops {
  private Loops() {}

  /// Emits `for (counter = counter; counter < limit; counter += step) body`. The counter's local
  /// holds its first value already, and `limit` is a local as well.
  public static void below(CodeBuilder code, int counter, int limit, int step, Runnable body) {
    Label top = code.newLabel();
    Label end = code.newLabel();
    code.labelBinding(top);
    code.iload(counter).iload(limit).if_icmpge(end);
    body.run();
    code.iinc(counter, step);
    code.goto_(top);
    code.labelBinding(end);
  }

  /// Emits `for (counter = 0; counter < limit; counter += step) body`.
  public static void count(CodeBuilder code, int counter, int limit, int step, Runnable body) {
    code.iconst_0().istore(counter);
    below(code, counter, limit, step, body);
  }
}
