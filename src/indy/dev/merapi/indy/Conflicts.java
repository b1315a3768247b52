package dev.merapi.indy;

import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.constant.ClassDesc;
import java.lang.reflect.AccessFlag;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Which interfaces one class cannot have without one of them meaning something else: those that
/// have a method in common which is not abstract in one of them.
final class Conflicts {
  private final ClassFolder folder;
  private final Map<ClassDesc, Map<String, MethodModel>> methods = new HashMap<>();

  Conflicts(ClassFolder folder) {
    this.folder = folder;
  }

  boolean none(Collection<ClassDesc> some, List<ClassDesc> others) {
    for (ClassDesc one : some) {
      for (ClassDesc other : others) {
        if (!one.equals(other) && conflict(one, other)) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean conflict(ClassDesc one, ClassDesc other) {
    Map<String, MethodModel> ofOther = methodsOf(other);
    for (Map.Entry<String, MethodModel> each : methodsOf(one).entrySet()) {
      MethodModel there = ofOther.get(each.getKey());
      if (there != null
          && there != each.getValue()
          && !(isAbstract(there) && isAbstract(each.getValue()))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAbstract(MethodModel method) {
    return method.flags().has(AccessFlag.ABSTRACT);
  }

  /// Instance methods by name and type, inherited ones too.
  private Map<String, MethodModel> methodsOf(ClassDesc name) {
    Map<String, MethodModel> known = methods.get(name);
    if (known == null) {
      known = new HashMap<>();
      ClassModel model = folder.find(name);
      for (ClassEntry each : model.interfaces()) {
        known.putAll(methodsOf(each.asSymbol()));
      }
      for (MethodModel each : model.methods()) {
        if (!each.flags().has(AccessFlag.STATIC)) {
          known.put(each.methodName().stringValue() + each.methodType().stringValue(), each);
        }
      }
      methods.put(name, known);
    }
    return known;
  }
}
