package dev.merapi.indy;

import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A place that makes a lambda, or a reference of a method.
///
/// @param factory takes what is captured, returns the interface
/// @param name of the interface's method
/// @param methods erased types under which the method is called: its own, and those of bridges
/// @param given types of what the body's own parameters are given, where the interface's are wider
/// @param body what is called
/// @param markers interfaces that the object has besides
record Site(
    MethodTypeDesc factory,
    String name,
    List<MethodTypeDesc> methods,
    MethodTypeDesc given,
    DirectMethodHandleDesc body,
    List<ClassDesc> markers) {
  private static final int SERIALIZABLE = 1;
  private static final int MARKERS = 2;
  private static final int BRIDGES = 4;

  /// The site of an instruction, if it is one that can be written otherwise.
  static Optional<Site> of(InvokeDynamicInstruction instruction) {
    DirectMethodHandleDesc bootstrap = instruction.bootstrapMethod();
    if (!bootstrap.owner().descriptorString().equals("Ljava/lang/invoke/LambdaMetafactory;")) {
      return Optional.empty();
    }
    List<ConstantDesc> arguments = instruction.bootstrapArgs();
    var methods = new ArrayList<MethodTypeDesc>();
    var markers = new ArrayList<ClassDesc>();
    methods.add((MethodTypeDesc) arguments.get(0));
    if (bootstrap.methodName().equals("altMetafactory")) {
      int flags = (int) arguments.get(3);
      if ((flags & SERIALIZABLE) != 0) {
        return Optional.empty();
      }
      int next = 4;
      if ((flags & MARKERS) != 0) {
        int count = (int) arguments.get(next++);
        for (int i = 0; i < count; i++) {
          markers.add((ClassDesc) arguments.get(next++));
        }
      }
      if ((flags & BRIDGES) != 0) {
        int count = (int) arguments.get(next++);
        for (int i = 0; i < count; i++) {
          methods.add((MethodTypeDesc) arguments.get(next++));
        }
      }
    }
    return Optional.of(
        new Site(
            instruction.typeSymbol(),
            instruction.name().stringValue(),
            methods.stream().distinct().toList(),
            (MethodTypeDesc) arguments.get(2),
            (DirectMethodHandleDesc) arguments.get(1),
            markers));
  }

  ClassDesc type() {
    return factory.returnType();
  }

  List<ClassDesc> interfaces() {
    var all = new ArrayList<ClassDesc>();
    all.add(type());
    all.addAll(markers);
    return all;
  }

  boolean captures() {
    return factory.parameterCount() > 0;
  }
}
