package dev.merapi.kernels.loop;

import dev.merapi.spi.LoopNest;
import dev.merapi.spi.LoopNest.Instr;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// A nest as text, one line for each instruction.
final class NestPrinter {
  private NestPrinter() {}

  static String print(LoopNest nest) {
    List<String> lines = new ArrayList<>();
    lines.add("nest " + nest.label());
    int outer = nest.outerRank();
    lines.add(
        "loops "
            + nest.extents().subList(0, outer)
            + " outer, "
            + nest.extents().subList(outer, nest.rank())
            + " inner");
    for (int stage = 0; stage < nest.stages().size(); stage++) {
      lines.add("stage " + stage + ", each inner point:");
      nest.stages().get(stage).inner().forEach(instr -> lines.add("  " + print(instr)));
      lines.add("stage " + stage + ", then:");
      nest.stages().get(stage).point().forEach(instr -> lines.add("  " + print(instr)));
    }
    return String.join("\n", lines) + "\n";
  }

  private static String print(Instr instr) {
    return switch (instr) {
      case Instr.Load load -> result(load) + "load " + load.access();
      case Instr.Const constant -> result(constant) + value(constant);
      case Instr.Index index -> result(index) + "index " + index.offset() + "," + index.strides();
      case Instr.Apply apply ->
          result(apply)
              + apply.primitive().name().toLowerCase(Locale.ROOT)
              + apply.operands().stream()
                  .map(id -> "%" + id)
                  .collect(Collectors.joining(", ", " ", ""));
      case Instr.Fold fold -> result(fold) + "fold " + fold.monoid() + " %" + fold.operand();
      case Instr.ArgFold fold -> result(fold) + "argfold " + fold.monoid() + " %" + fold.operand();
      case Instr.Store store -> "store " + store.access() + ", %" + store.operand();
    };
  }

  private static String value(Instr.Const constant) {
    return switch (constant.type()) {
      case F32 -> Float.toString(Float.intBitsToFloat(constant.bits()));
      case I32 -> Integer.toString(constant.bits());
      case BOOL -> Boolean.toString(constant.bits() != 0);
    };
  }

  private static String result(Instr instr) {
    return "%" + instr.id() + ":" + instr.type() + " = ";
  }
}
