package dev.merapi.kernels.ir;

import dev.merapi.kernels.ir.Instruction.If;
import dev.merapi.kernels.ir.Instruction.Loop;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/// The text form of a routine: a line an instruction, blocks indented.
public final class Printer {
  private final StringBuilder out = new StringBuilder();

  private Printer() {}

  /// The text of a routine.
  public static String print(Routine routine) {
    Printer printer = new Printer();
    printer.line(0, "routine " + routine.name() + "(" + typed(routine.parameters()) + ") {");
    printer.block(1, routine.body(), "");
    printer.line(0, "}");
    return printer.out.toString();
  }

  /// The first line of an instruction, without its blocks: its name in errors.
  public static String line(Instruction instruction) {
    return switch (instruction) {
      case Loop loop -> head(loop);
      case If branch -> head(branch);
      default -> InstructionText.of(instruction);
    };
  }

  private void block(int depth, Block block, String end) {
    for (Instruction instruction : block.instructions()) {
      switch (instruction) {
        case Loop loop -> {
          line(depth, head(loop));
          block(depth + 1, loop.body(), "next");
          line(depth, "}");
        }
        case If branch -> {
          line(depth, head(branch));
          block(depth + 1, branch.then(), "yield");
          if (!isEmpty(branch.otherwise())) {
            line(depth, "} else {");
            block(depth + 1, branch.otherwise(), "yield");
          }
          line(depth, "}");
        }
        default -> line(depth, InstructionText.of(instruction));
      }
    }
    if (!block.yields().isEmpty()) {
      line(depth, end + " " + names(block.yields()));
    }
  }

  private static boolean isEmpty(Block block) {
    return block.instructions().isEmpty() && block.yields().isEmpty();
  }

  private static String head(Loop loop) {
    var carried = new StringJoiner(", ", " carry ", "").setEmptyValue("");
    List<Value> parameters = loop.body().parameters();
    for (int i = 0; i < Math.min(loop.initial().size(), parameters.size() - 1); i++) {
      carried.add(typed(parameters.subList(i + 1, i + 2)) + " = " + loop.initial().get(i));
    }
    String counter = parameters.isEmpty() ? "?" : parameters.getFirst().name();
    return results(loop.results())
        + ("for " + counter + " in " + loop.from() + ".." + loop.to())
        + (" step " + loop.step() + carried + " {");
  }

  private static String head(If branch) {
    return results(branch.results()) + "if " + branch.condition() + " {";
  }

  static String results(List<Value> results) {
    return results.isEmpty() ? "" : names(results) + " = ";
  }

  static String names(List<Value> values) {
    return values.stream().map(Value::name).collect(Collectors.joining(", "));
  }

  private static String typed(List<Value> values) {
    return values.stream()
        .map(value -> value.name() + ": " + value.type())
        .collect(Collectors.joining(", "));
  }

  private void line(int depth, String text) {
    out.repeat("  ", depth).append(text).append('\n');
  }
}
