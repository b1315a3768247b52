package dev.merapi.cli;

import dev.merapi.spi.KernelText.MachineCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// Machine code for people: instructions where `objdump` of binutils is installed, bytes elsewhere,
/// and the constants as bytes.
final class MachineText {
  private static final String NL = System.lineSeparator();
  private static final int BYTES_OF_LINE = 32;

  private final String objdump;

  /// @param objdump the program to be called
  MachineText(String objdump) {
    this.objdump = objdump;
  }

  /// With the program that a shell would find.
  static MachineText ofPath() {
    return new MachineText("objdump");
  }

  String of(MachineCode code) {
    byte[] instructions = code.instructions();
    byte[] constants = code.constants();
    return String.format(
            Locale.ROOT,
            "%,d bytes of instructions (%s), %,d of constants%n",
            instructions.length,
            code.processor(),
            constants.length)
        + disassembled(instructions).orElseGet(() -> bytes(instructions, 0))
        + bytes(constants, instructions.length);
  }

  /// A line an instruction; empty where there is no such program, or it knows no such processor.
  private Optional<String> disassembled(byte[] instructions) {
    try {
      Path file = Files.createTempFile("merapi", ".bin");
      try {
        Files.write(file, instructions);
        return listing(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private Optional<String> listing(Path file) throws IOException {
    List<String> command =
        List.of(
            objdump,
            "-D",
            "-b",
            "binary",
            "-m",
            "i386:x86-64",
            "-M",
            "intel",
            "-w",
            "--no-show-raw-insn",
            file.toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        return Optional.empty();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
    return Optional.of(
        text.lines()
            .filter(line -> line.contains(":\t"))
            .map(line -> line + NL)
            .collect(Collectors.joining()));
  }

  private static String bytes(byte[] bytes, int first) {
    var text = new StringBuilder();
    for (int i = 0; i < bytes.length; i++) {
      if (i % BYTES_OF_LINE == 0) {
        text.append(i == 0 ? "" : NL).append(String.format(Locale.ROOT, "%4x:", first + i));
      }
      text.append(String.format(Locale.ROOT, " %02x", bytes[i]));
    }
    return text.append(bytes.length == 0 ? "" : NL).toString();
  }
}
