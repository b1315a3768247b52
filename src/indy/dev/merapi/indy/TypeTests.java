package dev.merapi.indy;

import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The types that classes ask objects for, with `instanceof` or in a `switch`.
final class TypeTests {
  private TypeTests() {}

  static Set<ClassDesc> in(List<ClassModel> classes) {
    var found = new HashSet<ClassDesc>();
    for (ClassModel model : classes) {
      for (MethodModel method : model.methods()) {
        method.code().ifPresent(code -> collect(code, found));
      }
    }
    return found;
  }

  private static void collect(CodeModel code, Set<ClassDesc> found) {
    for (CodeElement element : code) {
      if (element instanceof TypeCheckInstruction test && test.opcode() == Opcode.INSTANCEOF) {
        found.add(test.type().asSymbol());
      } else if (element instanceof InvokeDynamicInstruction call && TypeSwitch.isOne(call)) {
        for (ConstantDesc label : call.bootstrapArgs()) {
          if (label instanceof ClassDesc type) {
            found.add(type);
          }
        }
      }
    }
  }
}
