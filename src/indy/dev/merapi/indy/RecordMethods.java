package dev.merapi.indy;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;

/// `equals`, `hashCode` and `toString` of a record, as `java.lang.runtime.ObjectMethods` makes
/// them.
final class RecordMethods {
  private static final ClassDesc OBJECTS = ClassDesc.of("java.util.Objects");
  private static final ClassDesc BUILDER = ClassDesc.of("java.lang.StringBuilder");
  private static final ClassDesc OBJECT = ConstantDescs.CD_Object;
  private static final ClassDesc INT = ConstantDescs.CD_int;
  private static final ClassDesc BOOLEAN = ConstantDescs.CD_boolean;

  /// A component of a record.
  private record Component(ClassDesc owner, String name, ClassDesc type) {
    void load(CodeBuilder code, int local) {
      code.aload(local).getfield(owner, name, type);
    }
  }

  private final ClassDesc record;
  private final List<Component> components = new ArrayList<>();

  private RecordMethods(List<ConstantDesc> arguments) {
    record = (ClassDesc) arguments.get(0);
    for (ConstantDesc each : arguments.subList(2, arguments.size())) {
      var getter = (DirectMethodHandleDesc) each;
      ClassDesc type = getter.invocationType().returnType();
      components.add(new Component(record, getter.methodName(), type));
    }
  }

  static boolean isOne(InvokeDynamicInstruction instruction) {
    return instruction
        .bootstrapMethod()
        .owner()
        .descriptorString()
        .equals("Ljava/lang/runtime/ObjectMethods;");
  }

  /// The whole method that has the instruction and nothing else.
  static void write(CodeBuilder code, InvokeDynamicInstruction instruction) {
    var methods = new RecordMethods(instruction.bootstrapArgs());
    switch (instruction.name().stringValue()) {
      case "equals" -> methods.equals(code);
      case "hashCode" -> methods.hashCode(code);
      default -> methods.toString(code);
    }
  }

  private void equals(CodeBuilder code) {
    Label same = code.newLabel();
    Label different = code.newLabel();
    code.aload(0).aload(1).if_acmpeq(same);
    code.aload(1).instanceOf(record).ifeq(different);
    int other = code.allocateLocal(TypeKind.REFERENCE);
    code.aload(1).checkcast(record).astore(other);
    for (Component each : components) {
      each.load(code, 0);
      each.load(code, other);
      switch (TypeKind.from(each.type())) {
        case REFERENCE -> {
          code.invokestatic(OBJECTS, "equals", MethodTypeDesc.of(BOOLEAN, OBJECT, OBJECT));
          code.ifeq(different);
        }
        case LONG -> code.lcmp().ifne(different);
        case FLOAT, DOUBLE -> {
          MethodTypeDesc type = MethodTypeDesc.of(INT, each.type(), each.type());
          code.invokestatic(Conversion.boxed(each.type()), "compare", type).ifne(different);
        }
        default -> code.if_icmpne(different);
      }
    }
    code.labelBinding(same);
    code.iconst_1().ireturn();
    code.labelBinding(different);
    code.iconst_0().ireturn();
  }

  private void hashCode(CodeBuilder code) {
    code.iconst_0();
    for (Component each : components) {
      code.bipush(31).imul();
      each.load(code, 0);
      if (each.type().isPrimitive()) {
        ClassDesc box = Conversion.boxed(each.type());
        code.invokestatic(box, "hashCode", MethodTypeDesc.of(INT, each.type()));
      } else {
        code.invokestatic(OBJECTS, "hashCode", MethodTypeDesc.of(INT, OBJECT));
      }
      code.iadd();
    }
    code.ireturn();
  }

  private void toString(CodeBuilder code) {
    code.new_(BUILDER).dup();
    code.invokespecial(BUILDER, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void);
    String before = simpleName() + "[";
    for (Component each : components) {
      append(code.loadConstant(before + each.name() + "="), ConstantDescs.CD_String);
      each.load(code, 0);
      append(
          code,
          switch (TypeKind.from(each.type())) {
            case REFERENCE -> OBJECT;
            case BYTE, SHORT -> INT;
            default -> each.type();
          });
      before = ", ";
    }
    append(code.loadConstant(components.isEmpty() ? before + "]" : "]"), ConstantDescs.CD_String);
    code.invokevirtual(BUILDER, "toString", MethodTypeDesc.of(ConstantDescs.CD_String)).areturn();
  }

  private static void append(CodeBuilder code, ClassDesc type) {
    code.invokevirtual(BUILDER, "append", MethodTypeDesc.of(BUILDER, type));
  }

  private String simpleName() {
    String name = record.displayName();
    return name.substring(name.lastIndexOf('$') + 1);
  }
}
