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
import java.util.Set;

/// Which interfaces one class cannot have without one of them meaning something else: those that
/// have a method in common which is not abstract in one of them, and those that somebody asks
/// objects for.
final class Conflicts {
  private final ClassFolder folder;
  private final Set<ClassDesc> asked;
  private final Map<ClassDesc, Map<String, MethodModel>> methods = new HashMap<>();

  /// @param asked types that objects are asked for
  Conflicts(ClassFolder folder, Set<ClassDesc> asked) {
    this.folder = folder;
    this.asked = asked;
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
    return isAsked(one) || isAsked(other) || haveMethodInCommon(one, other);
  }

  private boolean isAsked(ClassDesc name) {
    return asked.contains(name)
        || folder.find(name).interfaces().stream().anyMatch(each -> isAsked(each.asSymbol()));
  }

  private boolean haveMethodInCommon(ClassDesc one, ClassDesc other) {
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
