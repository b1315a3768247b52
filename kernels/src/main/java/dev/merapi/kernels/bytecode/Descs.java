package dev.merapi.kernels.bytecode;

import dev.merapi.kernels.ir.Lane;
import dev.merapi.kernels.jit.Fma;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.Memory;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collections;

/// Classes and types of methods that emitted code names.
final class Descs {
  static final ClassDesc INT = ConstantDescs.CD_int;
  static final ClassDesc LONG = ConstantDescs.CD_long;
  static final ClassDesc FLOAT = ConstantDescs.CD_float;
  static final ClassDesc DOUBLE = ConstantDescs.CD_double;
  static final ClassDesc SHORT = ConstantDescs.CD_short;
  static final ClassDesc VOID = ConstantDescs.CD_void;
  static final ClassDesc KERNEL = of(Kernel.class);
  static final ClassDesc MEMORY = of(Memory.class);
  static final ClassDesc SEGMENT = of(MemorySegment.class);
  static final ClassDesc LAYOUTS = of(ValueLayout.class);
  static final ClassDesc MATH = of(Math.class);
  static final ClassDesc LANE_MATH = of(LaneMath.class);
  static final ClassDesc SCRATCH = of(Scratch.class);
  static final ClassDesc BOXED_FLOAT = of(Float.class);
  static final ClassDesc BOXED_DOUBLE = of(Double.class);

  /// Has `fma` of floats.
  static final ClassDesc FMA = of(Fma.missing().isEmpty() ? Math.class : Fma.class);

  private Descs() {}

  static ClassDesc of(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }

  /// The class of one lane.
  static ClassDesc of(Lane lane) {
    return switch (lane) {
      case F32 -> FLOAT;
      case F64 -> DOUBLE;
      case I32 -> INT;
      case I64 -> LONG;
    };
  }

  static TypeKind kind(Lane lane) {
    return TypeKind.from(of(lane));
  }

  static MethodTypeDesc type(ClassDesc result, ClassDesc... parameters) {
    return MethodTypeDesc.of(result, parameters);
  }

  /// A function of so many operands of one class to it.
  static MethodTypeDesc function(ClassDesc type, int arity) {
    return MethodTypeDesc.of(type, Collections.nCopies(arity, type));
  }
}
