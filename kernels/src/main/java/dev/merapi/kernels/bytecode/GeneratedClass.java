package dev.merapi.kernels.bytecode;

import static dev.merapi.kernels.bytecode.Descs.LONG;
import static dev.merapi.kernels.bytecode.Descs.VOID;

import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.KernelDump;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Collections;
import java.util.function.Consumer;

/// The bytes of a class that implements [Kernel], and its definition as a hidden class, which the
/// garbage collector unloads with its last instance.
final class GeneratedClass {
  /// Most bytecode that HotSpot compiles in one method; a larger one would stay in the interpreter.
  static final int MAX_BYTECODE = 8000;

  private static final MethodTypeDesc RUN =
      MethodTypeDesc.of(VOID, Collections.nCopies(Kernel.ARITY, LONG));

  private GeneratedClass() {}

  /// The class's own name, for calls of its methods.
  static ClassDesc self(String name) {
    return ClassDesc.of(GeneratedClass.class.getPackageName(), name);
  }

  /// Builds a class whose methods HotSpot compiles.
  ///
  /// @param name a Java identifier, seen in stack traces and profiles
  /// @param methods adds static methods
  /// @param run emits [Kernel#run], its `return` included, after the others
  /// @param most bytecode of a method: [#MAX_BYTECODE], or more for a test
  /// @throws TooLongException if a method has more
  static byte[] build(
      String name, Consumer<ClassBuilder> methods, Consumer<CodeBuilder> run, int most) {
    // Where a jump is too far the method mostly is too long anyway.
    ClassFile.ShortJumpsOption jumps =
        most > Short.MAX_VALUE
            ? ClassFile.ShortJumpsOption.FIX_SHORT_JUMPS
            : ClassFile.ShortJumpsOption.FAIL_ON_SHORT_JUMPS;
    byte[] bytes;
    try {
      bytes =
          ClassFile.of(jumps)
              .build(
                  self(name),
                  builder -> {
                    start(builder);
                    methods.accept(builder);
                    builder.withMethodBody("run", RUN, ClassFile.ACC_PUBLIC, run::accept);
                  });
    } catch (IllegalArgumentException e) {
      throw new TooLongException("bytecode: not encodable: class=" + name, e);
    }
    for (MethodModel method : ClassFile.of().parse(bytes).methods()) {
      int length = method.code().map(code -> ((CodeAttribute) code).codeLength()).orElse(0);
      if (length > most) {
        throw new TooLongException(
            "bytecode: method too long: class="
                + name
                + (", method=" + method.methodName().stringValue() + ", bytes=" + length),
            null);
      }
    }
    return bytes;
  }

  private static void start(ClassBuilder builder) {
    builder.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC);
    builder.withInterfaceSymbols(Descs.KERNEL);
    builder.withMethodBody(
        ConstantDescs.INIT_NAME,
        ConstantDescs.MTD_void,
        0,
        code ->
            code.aload(0)
                .invokespecial(
                    ConstantDescs.CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                .return_());
  }

  /// Defines a class that was built.
  ///
  /// @param source what it does; `-Dmerapi.dump` writes it beside the class
  static Kernel define(String name, byte[] bytes, Routine source) {
    KernelDump.write(name, bytes, source::toString);
    try {
      MethodHandles.Lookup hidden = MethodHandles.lookup().defineHiddenClass(bytes, true);
      MethodHandle constructor =
          hidden.findConstructor(hidden.lookupClass(), MethodType.methodType(void.class));
      return (Kernel) constructor.asType(MethodType.methodType(Kernel.class)).invokeExact();
    } catch (Throwable e) {
      throw new IllegalStateException("generated kernel refused by the JVM: name=" + name, e);
    }
  }
}
