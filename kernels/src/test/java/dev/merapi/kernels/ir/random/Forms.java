package dev.merapi.kernels.ir.random;

import dev.merapi.kernels.ir.Comparison;
import dev.merapi.kernels.ir.Instruction;
import dev.merapi.kernels.ir.Instruction.Call;
import dev.merapi.kernels.ir.Instruction.If;
import dev.merapi.kernels.ir.Instruction.Load;
import dev.merapi.kernels.ir.Instruction.LoadSplat;
import dev.merapi.kernels.ir.Instruction.LoadWord;
import dev.merapi.kernels.ir.Instruction.Loop;
import dev.merapi.kernels.ir.Instruction.Prefetch;
import dev.merapi.kernels.ir.Instruction.Store;
import dev.merapi.kernels.ir.IntOp;
import dev.merapi.kernels.ir.Lane;
import dev.merapi.kernels.ir.LaneOp;
import dev.merapi.kernels.ir.MaskOp;
import dev.merapi.kernels.ir.MaskTest;
import dev.merapi.kernels.ir.MaskType;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Permutation;
import dev.merapi.kernels.ir.Pure;
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
import dev.merapi.kernels.ir.Type;
import dev.merapi.kernels.ir.Value;
import dev.merapi.kernels.ir.VectorType;
import dev.merapi.kernels.ir.Word;
import java.util.Set;
import java.util.TreeSet;

/// The forms that instructions have: each operation over each type, counts aside. What a code
/// generator has a case for, and a test should meet.
public final class Forms {
  private Forms() {}

  /// The form of an instruction.
  public static String of(Instruction instruction) {
    return switch (instruction) {
      case Pure pure -> ofPure(pure);
      case Load load -> "load " + load.element() + masked(load.mask() != null);
      case LoadWord load -> "load word " + load.element() + " " + load.result().type();
      case LoadSplat load -> "load splat " + load.element();
      case Store store ->
          (store.value().type() instanceof Word word ? "store word " + word + " " : "store ")
              + store.element()
              + masked(store.mask() != null);
      case Prefetch _ -> "prefetch";
      case Loop loop -> "loop" + (loop.results().isEmpty() ? "" : " carrying");
      case If branch -> "if" + (branch.results().isEmpty() ? "" : " with results");
      case Call _ -> "call";
    };
  }

  private static String masked(boolean masked) {
    return masked ? " masked" : "";
  }

  private static String ofPure(Pure pure) {
    return switch (pure) {
      case Constant _ -> "constant " + kind(pure.result());
      case LaneNumbers _ -> "lane numbers " + kind(pure.result());
      case IntBinary binary -> "int " + binary.op();
      case IntCompare compare -> "int " + compare.comparison();
      case AddressOf _ -> "address";
      case Lanewise lanewise -> lanewise.op() + " " + kind(pure.result());
      case Shift shift -> shift.op() + " by constant " + kind(pure.result());
      case Compare compare -> compare.comparison() + " " + kind(compare.a());
      case Select _ -> "select " + kind(pure.result());
      case MaskLogic logic -> "mask " + logic.op();
      case MaskBelow _ -> "mask below";
      case TestMask test -> "test " + test.test();
      case Convert convert -> convert(kind(convert.operand()), kind(pure.result()));
      case Reinterpret _ -> "bits " + kind(pure.result());
      case Splat splat -> "splat " + kind(splat.scalar()) + " " + kind(pure.result());
      case ToInteger scalar -> "to integer " + kind(scalar.scalar());
      case Slice _ -> "slice " + kind(pure.result());
      case Concat _ -> "concat " + kind(pure.result());
      case Permute permute -> permute.permutation() + " " + kind(pure.result());
    };
  }

  private static String convert(String from, String to) {
    return "convert " + from + " " + to;
  }

  private static String kind(Value value) {
    Type type = value.type();
    return switch (type) {
      case VectorType vector -> vector.lane().toString();
      case MaskType _ -> "mask";
      case Word word -> word.toString();
    };
  }

  /// All forms there are. A constant condition does not occur: it decides a branch beforehand.
  public static Set<String> all() {
    var all =
        new TreeSet<String>(
            Set.of(
                "prefetch", "loop", "loop carrying", "if", "if with results", "call", "address"));
    all.addAll(Set.of("constant int", "constant mask", "mask below", "load word i64 ptr"));
    all.addAll(Set.of("store word ptr i64", "convert i32 i64", "convert i64 i32"));
    for (IntOp op : IntOp.values()) {
      all.add("int " + op);
    }
    for (MaskOp op : MaskOp.values()) {
      all.add("mask " + op);
    }
    for (MaskTest test : MaskTest.values()) {
      all.add("test " + test);
    }
    for (Comparison comparison : Comparison.values()) {
      all.add("int " + comparison);
    }
    for (MemoryType element : MemoryType.values()) {
      addMemory(element, all);
    }
    for (Lane lane : Lane.values()) {
      addLane(lane, all);
    }
    return all;
  }

  private static void addMemory(MemoryType element, Set<String> all) {
    for (boolean isMasked : new boolean[] {false, true}) {
      all.add("load " + element + masked(isMasked));
      all.add("store " + element + masked(isMasked));
    }
    if (element != MemoryType.BOOL) {
      all.add("load splat " + element);
    }
    if (element.isInteger()) {
      all.add("load word " + element + " int");
      all.add("store word int " + element);
    }
  }

  private static void addLane(Lane lane, Set<String> all) {
    for (LaneOp op : LaneOp.values()) {
      if (op.takes(lane)) {
        all.add(op + " " + lane);
        if (op.isShift()) {
          all.add(op + " by constant " + lane);
        }
      }
    }
    for (Comparison comparison : Comparison.values()) {
      all.add(comparison + " " + lane);
    }
    for (Permutation permutation : Permutation.values()) {
      all.add(permutation + " " + lane);
    }
    for (String name : Set.of("constant", "select", "bits", "slice", "concat")) {
      all.add(name + " " + lane);
    }
    all.add("splat " + lane + " " + lane);
    if (lane.isFloat()) {
      Lane other = lane == Lane.F32 ? Lane.F64 : Lane.F32;
      all.add(convert(lane.toString(), other.toString()));
      all.add(convert(lane.toString(), "i32"));
      all.add(convert("i32", lane.toString()));
    } else {
      all.add("lane numbers " + lane);
      all.add("splat int " + lane);
      all.add("to integer " + lane);
    }
  }
}
