package dev.merapi.kernels.machine.lower;

import dev.merapi.kernels.ir.Block;
import dev.merapi.kernels.ir.Instruction;
import dev.merapi.kernels.ir.Instruction.Call;
import dev.merapi.kernels.ir.Instruction.If;
import dev.merapi.kernels.ir.Instruction.Load;
import dev.merapi.kernels.ir.Instruction.LoadSplat;
import dev.merapi.kernels.ir.Instruction.LoadWord;
import dev.merapi.kernels.ir.Instruction.Loop;
import dev.merapi.kernels.ir.Instruction.Prefetch;
import dev.merapi.kernels.ir.Instruction.Store;
import dev.merapi.kernels.ir.Pure;
import dev.merapi.kernels.ir.Pure.AddressOf;
import dev.merapi.kernels.ir.Pure.Compare;
import dev.merapi.kernels.ir.Pure.Concat;
import dev.merapi.kernels.ir.Pure.Convert;
import dev.merapi.kernels.ir.Pure.IntBinary;
import dev.merapi.kernels.ir.Pure.Lanewise;
import dev.merapi.kernels.ir.Pure.MaskBelow;
import dev.merapi.kernels.ir.Pure.MaskLogic;
import dev.merapi.kernels.ir.Pure.Permute;
import dev.merapi.kernels.ir.Pure.Reinterpret;
import dev.merapi.kernels.ir.Pure.Select;
import dev.merapi.kernels.ir.Pure.Shift;
import dev.merapi.kernels.ir.Pure.Slice;
import dev.merapi.kernels.ir.Pure.Splat;
import dev.merapi.kernels.ir.Pure.ToInteger;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.Value;
import dev.merapi.kernels.machine.lower.Step.Access;
import dev.merapi.kernels.machine.lower.Step.Kind;
import java.util.List;

/// Selects instructions for a routine, block by block.
///
/// Constants are taken where they are used. So are conditions: what they compare is compared again
/// by whoever asks. What turns out not to be needed, because an instruction took more than its own
/// operands in, is dropped by [Liveness].
final class Selection {
  private final Values values;
  private final Words words;
  private final Arithmetic arithmetic;
  private final Conversions conversions;
  private final Shuffles shuffles;
  private final Masks masks;
  private final Transfers transfers;
  private final Control control;

  private Selection(Target target, Routine routine) {
    values = new Values(target, routine);
    words = new Words(values);
    arithmetic = new Arithmetic(values);
    shuffles = new Shuffles(values);
    conversions = new Conversions(values, shuffles);
    var elements = new Elements(values, shuffles);
    MaskedAccess masked;
    if (target.isWide()) {
      KMasks registers = new KMasks(values);
      masks = registers;
      masked = new KAccess(values, registers, elements);
    } else {
      LaneMasks vectors = new LaneMasks(values, shuffles, routine);
      masks = vectors;
      masked = new LaneAccess(values, vectors, elements);
    }
    transfers = new Transfers(values, words, arithmetic, elements, masked);
    control = new Control(this, values, words, masks);
  }

  /// The steps of a routine that the passes have been over.
  static Lir run(Target target, Routine routine) {
    Selection selection = new Selection(target, routine);
    selection.parameters(routine.parameters());
    selection.instructions(routine.body());
    return selection.values.lir;
  }

  private void parameters(List<Value> parameters) {
    Arg[] all = new Arg[parameters.size()];
    for (int i = 0; i < all.length; i++) {
      Reg reg = values.lir.general();
      values.define(parameters.get(i), reg);
      all[i] = reg.all();
    }
    Step entry = new Step(Kind.ENTRY, null, all);
    entry.first = Access.WRITE;
    entry.hasEffect = true;
    values.lir.add(entry);
  }

  /// Selects for the instructions of a block.
  void instructions(Block block) {
    for (Instruction instruction : block.instructions()) {
      for (Value operand : instruction.operands()) {
        values.see(operand);
      }
      if (instruction instanceof Pure pure) {
        pure(pure);
      } else {
        effect(instruction);
      }
    }
  }

  // Not switches by type: the JVM prepares the first one for 20 ms.

  private void effect(Instruction instruction) {
    if (instruction instanceof Load load) {
      transfers.load(load);
    } else if (instruction instanceof LoadSplat load) {
      transfers.loadSplat(load);
    } else if (instruction instanceof LoadWord load) {
      transfers.loadWord(load);
    } else if (instruction instanceof Store store) {
      transfers.store(store);
    } else if (instruction instanceof Prefetch prefetch) {
      transfers.prefetch(prefetch);
    } else if (instruction instanceof Loop loop) {
      control.loop(loop);
    } else if (instruction instanceof If branch) {
      control.branch(branch);
    } else if (instruction instanceof Call call) {
      control.call(call);
    }
  }

  private void pure(Pure pure) {
    if (pure instanceof Lanewise lanewise) {
      arithmetic.lanewise(lanewise);
    } else if (pure instanceof IntBinary binary) {
      words.binary(binary);
    } else if (pure instanceof AddressOf address) {
      if (!control.isLater(address.result())) {
        words.addressOf(address);
      }
    } else if (pure instanceof Shift shift) {
      arithmetic.shift(shift);
    } else if (pure instanceof Select select) {
      masks.select(select);
    } else if (pure instanceof Compare compare) {
      masks.compare(compare);
    } else if (pure instanceof MaskBelow below) {
      masks.below(below, words);
    } else if (pure instanceof MaskLogic logic) {
      masks.logic(logic);
    } else if (pure instanceof Convert convert) {
      conversions.convert(convert);
    } else if (pure instanceof Splat splat) {
      arithmetic.splat(splat);
    } else if (pure instanceof Slice slice) {
      shuffles.slice(slice);
    } else if (pure instanceof Concat concat) {
      shuffles.concat(concat);
    } else if (pure instanceof Permute permute) {
      shuffles.permute(permute);
    } else if (pure instanceof Reinterpret same) {
      values.define(same.result(), values.registers(same.operand()));
    } else if (pure instanceof ToInteger scalar) {
      arithmetic.toInteger(scalar);
    }
    // Constants, the numbers of lanes and conditions are taken where they are used.
  }
}
