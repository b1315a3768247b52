package dev.merapi.kernels.emit;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.attribute.SourceFileAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.function.Consumer;

/// Defines emitted kernels as hidden classes of this package, which the garbage collector unloads
/// with their last instance.
public final class KernelClass {
  /// Most bytecode that HotSpot compiles in one method; a larger one would stay in the interpreter.
  public static final int MAX_BYTECODE = 8000;

  private static final ClassDesc KERNEL = Kernel.class.describeConstable().orElseThrow();
  private static final ClassDesc LONG = ConstantDescs.CD_long;
  private static final MethodTypeDesc RUN =
      MethodTypeDesc.of(ConstantDescs.CD_void, LONG, LONG, LONG, LONG, LONG, LONG);

  private KernelClass() {}

  /// The local variable that holds argument `index` of [Kernel#run]. Local 0 is the kernel itself.
  public static int parameter(int index) {
    return 1 + 2 * index;
  }

  /// Emits a kernel.
  ///
  /// @param name a Java identifier, seen in stack traces and profiles
  /// @param body emits the code of [Kernel#run], its `return` included
  public static Kernel define(String name, Consumer<CodeBuilder> body) {
    return define(name, "", body);
  }

  /// Emits a kernel whose line numbers point into a listing.
  ///
  /// @param name a Java identifier, seen in stack traces and profiles
  /// @param listing what it was emitted from; `-Dmerapi.dump` writes it beside the class
  /// @param body emits the code of [Kernel#run], its `return` included
  public static Kernel define(String name, String listing, Consumer<CodeBuilder> body) {
    ClassDesc self = ClassDesc.of(KernelClass.class.getPackageName(), name);
    String file = name + "-" + Integer.toHexString(listing.hashCode());
    byte[] bytes = ClassFile.of().build(self, builder -> write(builder, file, body));
    KernelDump.write(file, bytes, listing);
    try {
      MethodHandles.Lookup hidden = MethodHandles.lookup().defineHiddenClass(bytes, true);
      MethodHandle constructor =
          hidden.findConstructor(hidden.lookupClass(), MethodType.methodType(void.class));
      return (Kernel) constructor.asType(MethodType.methodType(Kernel.class)).invokeExact();
    } catch (Throwable e) {
      throw new IllegalStateException("emitted kernel refused by the JVM: name=" + name, e);
    }
  }

  private static void write(ClassBuilder builder, String file, Consumer<CodeBuilder> body) {
    builder.with(SourceFileAttribute.of(file + ".txt"));
    builder.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC);
    builder.withInterfaceSymbols(KERNEL);
    builder.withMethodBody(
        ConstantDescs.INIT_NAME,
        ConstantDescs.MTD_void,
        0,
        code ->
            code.aload(0)
                .invokespecial(
                    ConstantDescs.CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                .return_());
    builder.withMethodBody("run", RUN, ClassFile.ACC_PUBLIC, body::accept);
  }
}
