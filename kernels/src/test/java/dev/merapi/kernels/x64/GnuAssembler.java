package dev.merapi.kernels.x64;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The assembler and disassembler of binutils, where they are installed.
final class GnuAssembler {
  /// More than the longest instruction has.
  private static final int ROOM = 16;

  private final Path folder;

  /// @param folder for files
  GnuAssembler(Path folder) {
    this.folder = folder;
  }

  static boolean isThere() {
    try {
      return run(List.of("as", "--version")).startsWith("GNU assembler");
    } catch (IOException _) {
      return false;
    }
  }

  /// The bytes of each line, filled up with `int3`.
  List<byte[]> assemble(List<String> lines) throws IOException {
    var source = new StringBuilder(".intel_syntax noprefix\n");
    for (String line : lines) {
      source.append(line).append("\n.balign ").append(ROOM).append(", 0xcc\n");
    }
    Path text = folder.resolve("cases.s");
    Path object = folder.resolve("cases.o");
    Path binary = folder.resolve("cases.bin");
    Files.writeString(text, source);
    run(List.of("as", "--64", "-o", object.toString(), text.toString()));
    run(List.of("objcopy", "-O", "binary", "-j", ".text", object.toString(), binary.toString()));
    byte[] all = Files.readAllBytes(binary);
    List<byte[]> each = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      each.add(Arrays.copyOfRange(all, i * ROOM, (i + 1) * ROOM));
    }
    return each;
  }

  /// An instruction, filled up in the same way.
  static byte[] filled(byte[] instruction) {
    byte[] room = new byte[ROOM];
    Arrays.fill(room, (byte) 0xcc);
    System.arraycopy(instruction, 0, room, 0, instruction.length);
    return room;
  }

  /// What the disassembler makes of each instruction.
  List<String> disassemble(List<byte[]> instructions) throws IOException {
    byte[] all = new byte[instructions.size() * ROOM];
    for (int i = 0; i < instructions.size(); i++) {
      System.arraycopy(filled(instructions.get(i)), 0, all, i * ROOM, ROOM);
    }
    Path binary = folder.resolve("code.bin");
    Files.write(binary, all);
    String listing =
        run(
            List.of(
                "objdump",
                "-D",
                "-b",
                "binary",
                "-m",
                "i386:x86-64",
                "-M",
                "intel",
                "-w",
                "--no-show-raw-insn",
                binary.toString()));
    var texts = new String[instructions.size()];
    for (String line : listing.split("\n")) {
      int colon = line.indexOf(":\t");
      if (colon > 0) {
        int at = Integer.parseInt(line.substring(0, colon).strip(), 16);
        if (at % ROOM == 0) {
          texts[at / ROOM] = line.substring(colon + 2).replaceAll("#.*", "").strip();
        }
      }
    }
    return List.of(texts);
  }

  private static String run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    try {
      int status = process.waitFor();
      if (status != 0) {
        throw new AssertionError(command.getFirst() + ": status=" + status + "\n" + output);
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return output;
  }
}
