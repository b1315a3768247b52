package dev.merapi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.spi.KernelText.MachineCode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MachineTextTest {
  private static final MachineCode CODE =
      new MachineCode("AVX2, FMA", new byte[] {(byte) 0x90, (byte) 0xc3}, new byte[] {1, 0, -1});

  private static String shown(String objdump) {
    return new MachineText(objdump).of(CODE).replace(System.lineSeparator(), "\n");
  }

  @Test
  void bytesServeWithoutADisassembler() {
    assertEquals(
        "2 bytes of instructions (AVX2, FMA), 3 of constants\n   0: 90 c3\n   2: 01 00 ff\n",
        shown("no-such-disassembler"));
  }

  @Test
  void linesHave32Bytes() {
    var code = new MachineCode("AVX2", new byte[33], new byte[0]);
    String text = new MachineText("no-such-disassembler").of(code);
    assertEquals(3, text.lines().count(), text);
    assertEquals("  20: 00", text.lines().toList().get(2));
  }

  @Test
  void instructionsAreDisassembled() {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/objdump")));
    String text = shown("/usr/bin/objdump");
    assertEquals(4, text.lines().count(), text);
    assertEquals("   0:\tnop", text.lines().toList().get(1));
    assertEquals("   1:\tret", text.lines().toList().get(2));
    assertEquals("   2: 01 00 ff", text.lines().toList().get(3));
  }
}
