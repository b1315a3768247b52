package dev.merapi.indy;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Map;

/// What lies between the types of an interface's method and those of the method that is called.
final class Conversion {
  private static final Map<ClassDesc, ClassDesc> PRIMITIVES =
      Map.of(
          ConstantDescs.CD_Boolean, ConstantDescs.CD_boolean,
          ConstantDescs.CD_Byte, ConstantDescs.CD_byte,
          ConstantDescs.CD_Short, ConstantDescs.CD_short,
          ConstantDescs.CD_Character, ConstantDescs.CD_char,
          ConstantDescs.CD_Integer, ConstantDescs.CD_int,
          ConstantDescs.CD_Long, ConstantDescs.CD_long,
          ConstantDescs.CD_Float, ConstantDescs.CD_float,
          ConstantDescs.CD_Double, ConstantDescs.CD_double);

  private static final ClassDesc NUMBER = ClassDesc.of("java.lang.Number");

  private Conversion() {}

  /// Converts the value on top of the stack.
  static void write(CodeBuilder code, ClassDesc from, ClassDesc to) {
    if (from.equals(to)) {
      return;
    }
    if (to.equals(ConstantDescs.CD_void)) {
      if (TypeKind.from(from).slotSize() == 2) {
        code.pop2();
      } else {
        code.pop();
      }
    } else if (from.isPrimitive() && to.isPrimitive()) {
      widen(code, from, to);
    } else if (from.isPrimitive()) {
      box(code, from);
    } else if (to.isPrimitive()) {
      unbox(code, from, to);
    } else if (!to.equals(ConstantDescs.CD_Object)) {
      code.checkcast(to);
    }
  }

  private static void widen(CodeBuilder code, ClassDesc from, ClassDesc to) {
    TypeKind before = TypeKind.from(from).asLoadable();
    TypeKind after = TypeKind.from(to).asLoadable();
    if (before != after) {
      code.conversion(before, after);
    }
  }

  private static void box(CodeBuilder code, ClassDesc from) {
    ClassDesc box = boxed(from);
    code.invokestatic(box, "valueOf", MethodTypeDesc.of(box, from));
  }

  /// What is no box may hold any number that can be widened, so it is taken as a [Number].
  private static void unbox(CodeBuilder code, ClassDesc from, ClassDesc to) {
    boolean isBox = PRIMITIVES.containsKey(from);
    ClassDesc primitive = isBox ? PRIMITIVES.get(from) : to;
    ClassDesc box = isBox ? from : isNumber(to) ? NUMBER : boxed(to);
    if (!from.equals(box)) {
      code.checkcast(box);
    }
    code.invokevirtual(box, primitive.displayName() + "Value", MethodTypeDesc.of(primitive));
    widen(code, primitive, to);
  }

  private static boolean isNumber(ClassDesc primitive) {
    return !primitive.equals(ConstantDescs.CD_boolean) && !primitive.equals(ConstantDescs.CD_char);
  }

  static ClassDesc boxed(ClassDesc primitive) {
    for (Map.Entry<ClassDesc, ClassDesc> each : PRIMITIVES.entrySet()) {
      if (each.getValue().equals(primitive)) {
        return each.getKey();
      }
    }
    throw new IllegalArgumentException("no primitive: type=" + primitive.displayName());
  }
}
