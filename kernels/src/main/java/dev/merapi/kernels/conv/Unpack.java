package dev.merapi.kernels.conv;

import static dev.merapi.kernels.emit.KernelClass.parameter;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;

/// Emits the steps that every kernel of nested loops needs: arguments into locals, and cursors.
record Unpack(CodeBuilder code) {
  /// A new `int` local with the lower half of an argument.
  int low(int argument) {
    int local = code.allocateLocal(TypeKind.INT);
    code.lload(parameter(argument)).l2i().istore(local);
    return local;
  }

  /// A new `int` local with `bits` bits of an argument from `shift` on.
  int bits(int argument, int shift, int bits) {
    int local = code.allocateLocal(TypeKind.INT);
    code.lload(parameter(argument)).loadConstant(shift).lushr().l2i();
    if (bits < Integer.SIZE) {
      code.loadConstant((1 << bits) - 1).iand();
    }
    code.istore(local);
    return local;
  }

  /// A new `int` local with the upper half of an argument.
  int high(int argument) {
    return bits(argument, Integer.SIZE, Integer.SIZE);
  }

  /// A new `int` local, unset.
  int counter() {
    return code.allocateLocal(TypeKind.INT);
  }

  /// A new `long` local, unset.
  int cursor() {
    return code.allocateLocal(TypeKind.LONG);
  }

  /// Emits `to = from`, both `long` locals.
  void move(int from, int to) {
    code.lload(from).lstore(to);
  }

  /// Emits `cursor += by`, where `by` is an `int` local.
  void advance(int cursor, int by) {
    code.lload(cursor).iload(by).i2l().ladd().lstore(cursor);
  }

  /// Pushes `cursor + 4 * index`, where `index` is an `int` local.
  void element(int cursor, int index) {
    code.lload(cursor).iload(index).i2l().loadConstant(2).lshl().ladd();
  }
}
