package dev.merapi.kernels.ir;

import dev.merapi.kernels.ir.Pure.Constant;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Which instruction defines a value, for whoever selects instructions by their operands.
public final class Definitions {
  private final @Nullable Instruction[] definitions;
  private final int[] uses;

  private Definitions(Routine routine) {
    definitions = new Instruction[routine.values()];
    uses = new int[routine.values()];
    count(routine.body());
  }

  public static Definitions of(Routine routine) {
    return new Definitions(routine);
  }

  private void count(Block block) {
    for (Instruction instruction : block.instructions()) {
      for (Value result : instruction.results()) {
        definitions[result.id()] = instruction;
      }
      for (Value operand : instruction.operands()) {
        uses[operand.id()]++;
      }
      for (Block nested : instruction.blocks()) {
        count(nested);
      }
    }
    for (Value yield : block.yields()) {
      uses[yield.id()]++;
    }
  }

  /// The instruction that defines a value; empty for a parameter of the routine or of a block.
  public Optional<Instruction> of(Value value) {
    return Optional.ofNullable(definitions[value.id()]);
  }

  /// The bits of a value that is a constant, as in [Constant].
  public OptionalLong constant(Value value) {
    return definitions[value.id()] instanceof Constant constant
        ? OptionalLong.of(constant.bits())
        : OptionalLong.empty();
  }

  /// How often a value is used, the yields of blocks included.
  public int uses(Value value) {
    return uses[value.id()];
  }
}
