package dev.merapi.indy;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A `switch` by types, as a method that tells which case it is, as
/// `java.lang.runtime.SwitchBootstraps` makes it.
///
/// @param type takes the value and the first case that counts, returns the number of the case
/// @param types of the cases
record TypeSwitch(MethodTypeDesc type, List<ClassDesc> types) {
  /// The switch of an instruction, if its cases are types and nothing else.
  static Optional<TypeSwitch> of(InvokeDynamicInstruction instruction) {
    boolean one = isOne(instruction) && !instruction.typeSymbol().parameterType(0).isPrimitive();
    var types = new ArrayList<ClassDesc>();
    for (ConstantDesc each : instruction.bootstrapArgs()) {
      if (each instanceof ClassDesc type && !type.isPrimitive()) {
        types.add(type);
      } else {
        one = false;
      }
    }
    return one ? Optional.of(new TypeSwitch(instruction.typeSymbol(), types)) : Optional.empty();
  }

  /// Whether an instruction is a switch by types, whatever its cases are besides.
  static boolean isOne(InvokeDynamicInstruction instruction) {
    return instruction
            .bootstrapMethod()
            .owner()
            .descriptorString()
            .equals("Ljava/lang/runtime/SwitchBootstraps;")
        && instruction.name().equalsString("typeSwitch");
  }

  void write(ClassBuilder builder, String name) {
    builder.withMethodBody(
        name,
        type,
        ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC | ClassFile.ACC_SYNTHETIC,
        this::write);
  }

  private void write(CodeBuilder code) {
    Label none = code.newLabel();
    code.aload(0).ifnull(none);
    var cases = new ArrayList<SwitchCase>();
    for (int i = 0; i < types.size(); i++) {
      cases.add(SwitchCase.of(i, code.newLabel()));
    }
    Label other = code.newLabel();
    if (!cases.isEmpty()) {
      code.iload(1).tableswitch(0, types.size() - 1, other, cases);
    }
    for (SwitchCase each : cases) {
      code.labelBinding(each.target());
      Label next = code.newLabel();
      code.aload(0).instanceOf(types.get(each.caseValue())).ifeq(next);
      code.loadConstant(each.caseValue()).ireturn();
      code.labelBinding(next);
    }
    code.labelBinding(other);
    code.loadConstant(types.size()).ireturn();
    code.labelBinding(none);
    code.iconst_m1().ireturn();
  }
}
