package dev.merapi.kernels.bytecode;

import static dev.merapi.kernels.bytecode.Descs.FLOAT;
import static dev.merapi.kernels.bytecode.Descs.LANE_MATH;
import static dev.merapi.kernels.bytecode.Descs.LAYOUTS;
import static dev.merapi.kernels.bytecode.Descs.LONG;
import static dev.merapi.kernels.bytecode.Descs.MEMORY;
import static dev.merapi.kernels.bytecode.Descs.SEGMENT;
import static dev.merapi.kernels.bytecode.Descs.SHORT;
import static dev.merapi.kernels.bytecode.Descs.VOID;
import static dev.merapi.kernels.bytecode.Descs.type;

import dev.merapi.kernels.ir.MemoryType;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.foreign.ValueLayout;

/// Reads and writes one element of memory, converted as [MemoryType] says.
final class ElementCode {
  /// The bits of an address in user space, on machines with pages of five levels too. The JIT knows
  /// of what was cut to them that it is not negative, and drops the check that it is inside.
  static final long ADDRESS_BITS = (1L << 56) - 1;

  private ElementCode() {}

  /// How memory holds an element.
  private enum Layout {
    BYTE(ConstantDescs.CD_byte, ValueLayout.OfByte.class, "JAVA_BYTE"),
    SHORT(ConstantDescs.CD_short, ValueLayout.OfShort.class, "JAVA_SHORT_UNALIGNED"),
    INT(ConstantDescs.CD_int, ValueLayout.OfInt.class, "JAVA_INT_UNALIGNED"),
    LONG(ConstantDescs.CD_long, ValueLayout.OfLong.class, "JAVA_LONG_UNALIGNED"),
    FLOAT(ConstantDescs.CD_float, ValueLayout.OfFloat.class, "JAVA_FLOAT_UNALIGNED"),
    DOUBLE(ConstantDescs.CD_double, ValueLayout.OfDouble.class, "JAVA_DOUBLE_UNALIGNED");

    private final ClassDesc element;
    private final ClassDesc layout;
    private final String field;

    Layout(ClassDesc element, Class<?> layout, String field) {
      this.element = element;
      this.layout = Descs.of(layout);
      this.field = field;
    }

    static Layout of(MemoryType type) {
      return switch (type) {
        case BOOL, I8, U8 -> BYTE;
        case I16, U16, F16, BF16 -> SHORT;
        case F32 -> FLOAT;
        case F64 -> DOUBLE;
        case I32 -> INT;
        case I64 -> LONG;
      };
    }
  }

  /// Pushes an element as a lane, or a `bool` as an `int`, 0 or 1.
  ///
  /// @param address pushes a `long`
  static void load(CodeBuilder code, MemoryType element, Runnable address) {
    Layout layout = Layout.of(element);
    code.getstatic(MEMORY, "ALL", SEGMENT).getstatic(LAYOUTS, layout.field, layout.layout);
    address.run();
    code.invokeinterface(SEGMENT, "get", type(layout.element, layout.layout, LONG));
    switch (element) {
      case BOOL -> Branches.flag(code, no -> code.ifeq(no));
      case U8 -> code.loadConstant(0xff).iand();
      case U16 -> code.loadConstant(0xffff).iand();
      case F16 -> code.invokestatic(Descs.BOXED_FLOAT, "float16ToFloat", type(FLOAT, SHORT));
      case BF16 -> code.invokestatic(LANE_MATH, "fromBfloat16", type(FLOAT, SHORT));
      case I8, I16, F32, F64, I32, I64 -> {}
    }
  }

  /// Writes a lane or a `bool` as [#load] gives it. Narrow integers are cut off.
  ///
  /// @param value pushes it, behind the address
  static void store(CodeBuilder code, MemoryType element, Runnable address, Runnable value) {
    Layout layout = Layout.of(element);
    code.getstatic(MEMORY, "ALL", SEGMENT).getstatic(LAYOUTS, layout.field, layout.layout);
    address.run();
    value.run();
    switch (element) {
      case BOOL, I8, U8 -> code.i2b();
      case I16, U16 -> code.i2s();
      case F16 -> code.invokestatic(Descs.BOXED_FLOAT, "floatToFloat16", type(SHORT, FLOAT));
      case BF16 -> code.invokestatic(LANE_MATH, "toBfloat16", type(SHORT, FLOAT));
      case F32, F64, I32, I64 -> {}
    }
    code.invokeinterface(SEGMENT, "set", type(VOID, layout.layout, LONG, layout.element));
  }

  /// Pushes an integer element as a `long`.
  static void loadWord(CodeBuilder code, MemoryType element, Runnable address) {
    load(code, element, address);
    if (element != MemoryType.I64) {
      code.i2l();
    }
  }

  /// Writes a `long` as an integer element, cut off.
  static void storeWord(CodeBuilder code, MemoryType element, Runnable address, Runnable value) {
    store(
        code,
        element,
        address,
        () -> {
          value.run();
          if (element != MemoryType.I64) {
            code.l2i();
          }
        });
  }
}
