package dev.merapi.kernels.ir;

import dev.merapi.kernels.ir.Instruction.Call;
import dev.merapi.kernels.ir.Instruction.If;
import dev.merapi.kernels.ir.Instruction.Load;
import dev.merapi.kernels.ir.Instruction.LoadSplat;
import dev.merapi.kernels.ir.Instruction.LoadWord;
import dev.merapi.kernels.ir.Instruction.Loop;
import dev.merapi.kernels.ir.Instruction.Prefetch;
import dev.merapi.kernels.ir.Instruction.Store;
import dev.merapi.kernels.ir.Pure.AddressOf;
import dev.merapi.kernels.ir.Pure.Compare;
import dev.merapi.kernels.ir.Pure.Concat;
import dev.merapi.kernels.ir.Pure.Constant;
import dev.merapi.kernels.ir.Pure.Convert;
import dev.merapi.kernels.ir.Pure.IntBinary;
import dev.merapi.kernels.ir.Pure.IntCompare;
import dev.merapi.kernels.ir.Pure.LaneNumbers;
import dev.merapi.kernels.ir.Pure.Lanewise;
import dev.merapi.kernels.ir.Pure.MaskBelow;
import dev.merapi.kernels.ir.Pure.MaskLogic;
import dev.merapi.kernels.ir.Pure.Permute;
import dev.merapi.kernels.ir.Pure.Reinterpret;
import dev.merapi.kernels.ir.Pure.Select;
import dev.merapi.kernels.ir.Pure.Shift;
import dev.merapi.kernels.ir.Pure.Slice;
import dev.merapi.kernels.ir.Pure.Splat;
import dev.merapi.kernels.ir.Pure.TestMask;
import dev.merapi.kernels.ir.Pure.ToInteger;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The text of instructions without blocks: `result = name type operands`.
final class InstructionText {
  private InstructionText() {}

  static String of(Instruction instruction) {
    return switch (instruction) {
      case Pure pure -> pure.result() + " = " + pure(pure);
      case Load load ->
          defined(load.result(), "load", load.element(), load.address()) + masked(load.mask());
      case LoadWord load -> defined(load.result(), "load", load.element(), load.address());
      case LoadSplat load -> defined(load.result(), "splat", load.element(), load.address());
      case Store store ->
          "store "
              + store.element()
              + " "
              + store.address()
              + ", "
              + store.value()
              + masked(store.mask());
      case Prefetch prefetch -> "prefetch " + prefetch.address();
      case Call call ->
          "call " + call.routine().name() + "(" + Printer.names(call.operands()) + ")";
      case Loop _, If _ -> throw new IllegalArgumentException("an instruction with blocks");
    };
  }

  private static String defined(Value result, String name, MemoryType element, Address address) {
    return result + " = " + name + " " + result.type() + " " + element + " " + address;
  }

  private static String masked(@Nullable Value mask) {
    return mask == null ? "" : " mask " + mask;
  }

  private static String pure(Pure pure) {
    return switch (pure) {
      case Constant constant -> typed("constant", pure, constant(constant));
      case LaneNumbers _ -> "lanes " + pure.result().type();
      case IntBinary binary -> op(binary.op(), pure);
      case IntCompare compare -> op(compare.comparison(), pure);
      case AddressOf address -> "address " + address.address();
      case Lanewise lanewise -> op(lanewise.op(), pure);
      case Shift shift -> op(shift.op(), pure) + ", " + shift.distance();
      case Compare compare -> op(compare.comparison(), pure);
      case Select _ -> typed("select", pure);
      case MaskLogic logic -> op(logic.op(), pure);
      case MaskBelow _ -> typed("below", pure);
      case TestMask test -> op(test.test(), pure);
      case Convert _ -> typed("convert", pure);
      case Reinterpret _ -> typed("bits", pure);
      case Splat _ -> typed("splat", pure);
      case ToInteger _ -> typed("integer", pure);
      case Slice slice -> typed("slice", pure) + ", " + slice.from();
      case Concat _ -> typed("concat", pure);
      case Permute permute ->
          op(permute.permutation(), pure)
              + (permute.permutation() == Permutation.SWAP ? ", " + permute.distance() : "");
    };
  }

  private static String op(Enum<?> op, Pure pure) {
    return typed(op.name().toLowerCase(Locale.ROOT), pure);
  }

  private static String typed(String name, Pure pure) {
    return typed(name, pure, Printer.names(pure.operands()));
  }

  private static String typed(String name, Pure pure, String operands) {
    return name + " " + pure.result().type() + " " + operands;
  }

  private static String constant(Constant constant) {
    long bits = constant.bits();
    return switch (constant.result().type()) {
      case Word word -> word == Word.CONDITION ? String.valueOf(bits != 0) : Long.toString(bits);
      case MaskType _ -> "0x" + Long.toHexString(bits);
      case VectorType vector ->
          switch (vector.lane()) {
            case F32 -> Float.toString(Float.intBitsToFloat((int) bits));
            case F64 -> Double.toString(Double.longBitsToDouble(bits));
            case I32, I64 -> Long.toString(bits);
          };
    };
  }
}
