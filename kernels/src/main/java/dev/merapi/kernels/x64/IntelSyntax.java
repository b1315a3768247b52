package dev.merapi.kernels.x64;

import org.jspecify.annotations.Nullable;

/// Instructions as Intel writes them, and as the GNU assembler reads them under `.intel_syntax
/// noprefix`.
final class IntelSyntax {
  private IntelSyntax() {}

  static String print(
      Instruction instruction, Choice choice, Operand[] operands, @Nullable Masked masked) {
    var text = new StringBuilder(instruction.mnemonic());
    for (int i = 0; i < operands.length; i++) {
      text.append(i == 0 ? " " : ", ");
      text.append(operands[i] instanceof Mem mem ? memory(mem, choice) : operands[i].toString());
      if (i == 0 && masked != null) {
        text.append(masked.suffix());
      }
    }
    return text.toString();
  }

  private static String memory(Mem mem, Choice choice) {
    int bits = choice.memoryBits();
    if (mem.isBroadcast()) {
      int count = bits / choice.form().broadcastBits();
      return size(choice.form().broadcastBits()) + mem + "{1to" + count + "}";
    }
    return size(bits) + mem;
  }

  private static String size(int bits) {
    return switch (bits) {
      case 0 -> "";
      case 8 -> "byte ptr ";
      case 16 -> "word ptr ";
      case 32 -> "dword ptr ";
      case 64 -> "qword ptr ";
      case 128 -> "xmmword ptr ";
      case 256 -> "ymmword ptr ";
      case 512 -> "zmmword ptr ";
      default -> throw new IllegalArgumentException("memory: bits=" + bits);
    };
  }
}
