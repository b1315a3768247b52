package dev.merapi.kernels.ir.pass;

import dev.merapi.kernels.ir.Block;
import dev.merapi.kernels.ir.Instruction;
import dev.merapi.kernels.ir.Instruction.If;
import dev.merapi.kernels.ir.Instruction.Loop;
import dev.merapi.kernels.ir.Pure;
import dev.merapi.kernels.ir.Pure.Constant;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Moves pure instructions whose operands do not change in a loop before it, out of as many loops
/// as possible.
///
/// Constants leave branches too. Other instructions stay in theirs: they may be needed rarely.
/// Loads stay, because a loop without a turn must not touch memory.
public final class HoistInvariants {
  private HoistInvariants() {}

  public static Routine run(Routine routine) {
    var constants = new ArrayList<Instruction>();
    Block body = block(routine.body(), constants);
    return routine.with(body.with(concat(constants, body.instructions())));
  }

  // Not a switch by type: the JVM takes long to prepare it.

  /// @param leaving takes the constants that are not in a loop of this block
  private static Block block(Block block, List<Instruction> leaving) {
    var kept = new ArrayList<Instruction>();
    for (Instruction instruction : block.instructions()) {
      if (instruction instanceof Constant constant) {
        leaving.add(constant);
      } else if (instruction instanceof Loop loop) {
        loop(loop, kept, leaving);
      } else if (instruction instanceof If branch) {
        kept.add(
            new If(
                branch.results(),
                branch.condition(),
                block(branch.then(), leaving),
                block(branch.otherwise(), leaving)));
      } else {
        kept.add(instruction);
      }
    }
    return block.with(kept);
  }

  private static void loop(Loop loop, List<Instruction> before, List<Instruction> constants) {
    Block body = block(loop.body(), constants);
    Set<Value> varying = new HashSet<>(body.parameters());
    var kept = new ArrayList<Instruction>();
    for (Instruction instruction : body.instructions()) {
      if (instruction instanceof Pure && !needs(instruction, varying)) {
        before.add(instruction);
      } else {
        kept.add(instruction);
        varying.addAll(instruction.results());
      }
    }
    before.add(
        new Loop(
            loop.results(), loop.from(), loop.to(), loop.step(), loop.initial(), body.with(kept)));
  }

  private static boolean needs(Instruction instruction, Set<Value> varying) {
    for (Value operand : instruction.operands()) {
      if (varying.contains(operand)) {
        return true;
      }
    }
    return false;
  }

  private static List<Instruction> concat(List<Instruction> first, List<Instruction> second) {
    var all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }
}
