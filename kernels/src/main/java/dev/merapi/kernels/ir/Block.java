package dev.merapi.kernels.ir;

import java.util.List;

/// Instructions in order. A value of a block is visible behind its definition, in nested blocks
/// too.
///
/// @param parameters values that exist on entry: of a loop's body the counter, then what is carried
/// @param yields what the block hands on at its end: of a loop's body what is carried into the next
///   turn, of a branch the results
public record Block(List<Value> parameters, List<Instruction> instructions, List<Value> yields) {
  public Block {
    parameters = List.copyOf(parameters);
    instructions = List.copyOf(instructions);
    yields = List.copyOf(yields);
  }

  /// The same block with other instructions.
  public Block with(List<Instruction> others) {
    return new Block(parameters, others, yields);
  }

  /// The same block with other values.
  public Block rename(Renaming values) {
    return new Block(
        parameters.stream().map(values::define).toList(),
        instructions.stream().map(each -> each.rename(values)).toList(),
        yields.stream().map(values::use).toList());
  }
}
