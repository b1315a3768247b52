package dev.merapi.kernels.ir;

import java.util.List;
import java.util.function.Consumer;

/// A function of up to six integers and pointers, which acts on memory and returns nothing.
///
/// A routine calls only routines that were built before it, so there is no recursion. It reads and
/// writes memory in the order of its instructions, as if one after the other; where buffers
/// overlap, that order is what counts.
///
/// @param name a Java identifier
/// @param parameters integers and pointers
/// @param body without parameters and yields of its own
/// @param values one more than the largest [Value#id]
public record Routine(String name, List<Value> parameters, Block body, int values) {
  public static final int MAX_PARAMETERS = 6;

  public Routine {
    parameters = List.copyOf(parameters);
  }

  /// The same routine with another body.
  public Routine with(Block other) {
    return new Routine(name, parameters, other, values);
  }

  /// Visits every instruction, an enclosing one before those in its blocks.
  public void forEach(Consumer<Instruction> visitor) {
    visit(body, visitor);
  }

  private static void visit(Block block, Consumer<Instruction> visitor) {
    for (Instruction instruction : block.instructions()) {
      visitor.accept(instruction);
      instruction.blocks().forEach(nested -> visit(nested, visitor));
    }
  }

  /// The text form.
  @Override
  public String toString() {
    return Printer.print(this);
  }
}
