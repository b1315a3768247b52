package dev.merapi.kernels.bytecode;

import dev.merapi.kernels.ir.Instruction;
import dev.merapi.kernels.ir.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A part of a block, in the order in which scalar code runs it.
sealed interface Piece {
  /// Its instructions, without those in their blocks.
  List<Instruction> instructions();

  /// An instruction that is done once: on words, on vectors of one lane, or with blocks.
  record One(Instruction instruction) implements Piece {
    @Override
    public List<Instruction> instructions() {
      return List.of(instruction);
    }
  }

  /// Instructions on so many lanes that share a loop over them: all for lane 0, then all for lane
  /// 1, and so on.
  record Rolled(int count, List<Instruction> instructions) implements Piece {}

  /// The values that it reads, in nested blocks too.
  default Set<Value> uses(Views views) {
    Set<Value> uses = new HashSet<>();
    instructions().forEach(each -> addUses(each, views, uses));
    return uses;
  }

  private static void addUses(Instruction instruction, Views views, Set<Value> uses) {
    views.operands(instruction).forEach(uses::add);
    instruction
        .blocks()
        .forEach(block -> {
          block.instructions().forEach(each -> addUses(each, views, uses));
          uses.addAll(block.yields());
        });
  }
}
