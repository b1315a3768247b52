package dev.merapi.kernels.x64;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Every form of the table, compared with the GNU assembler where it is installed, and with
/// `encodings.txt` everywhere.
///
/// The file has a line for each instruction (how many cases there are, and the CRC-32 of their
/// texts and bytes) and a sample of each form and length. After a change of the table it is written
/// anew by `-Dtest=EncodingsTest -Dmerapi.test.flags=-Dmerapi.encodings=FILE`, which does so only
/// where the GNU assembler agrees.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EncodingsTest {
  private static final String FILE = "encodings.txt";

  private final List<Cases> cases = Arrays.stream(Instruction.values()).map(Cases::of).toList();

  @TempDir private Path folder;

  @Test
  void theGnuAssemblerAgrees() throws IOException {
    assumeTrue(GnuAssembler.isThere(), "binutils are not installed");
    var gnu = new GnuAssembler(folder);
    List<String> texts = new ArrayList<>();
    List<byte[]> ours = new ArrayList<>();
    for (Cases each : cases) {
      texts.addAll(each.all().keySet());
      ours.addAll(each.all().values());
    }
    assertTrue(texts.size() > 90_000, () -> "cases=" + texts.size());
    List<byte[]> theirs = gnu.assemble(texts);
    List<Integer> others = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      if (!Arrays.equals(GnuAssembler.filled(ours.get(i)), theirs.get(i))) {
        others.add(i);
      }
    }
    // A few instructions have two encodings; then both must mean the same.
    assertTrue(others.size() < texts.size() / 1000, () -> "other bytes: cases=" + others.size());
    List<String> read = gnu.disassemble(others.stream().map(ours::get).toList());
    List<String> wanted = gnu.disassemble(others.stream().map(theirs::get).toList());
    for (int i = 0; i < others.size(); i++) {
      assertEquals(wanted.get(i), read.get(i), texts.get(others.get(i)));
    }
    String file = System.getProperty("merapi.encodings", "");
    if (!file.isEmpty()) {
      Files.writeString(Path.of(file), String.join("\n", lines()) + "\n");
    }
  }

  @Test
  void theCommittedListAgrees() throws IOException {
    List<String> written;
    try (InputStream in = EncodingsTest.class.getResourceAsStream(FILE)) {
      written = new String(in.readAllBytes(), UTF_8).lines().toList();
    }
    List<String> found = lines();
    for (int i = 0; i < Math.min(written.size(), found.size()); i++) {
      assertEquals(written.get(i), found.get(i), "line " + (i + 1));
    }
    assertEquals(written.size(), found.size());
  }

  @Test
  void memoryWhoseSizeIsOpenIsMarked() {
    for (Instruction instruction : Instruction.values()) {
      for (Form form : instruction.forms()) {
        for (int i = 0; i < form.slots().length; i++) {
          if (form.slots()[i].memory()) {
            assertEquals(isOpen(instruction, form, i), form.slots()[i].open(), form::toString);
          }
        }
      }
    }
  }

  /// Whether other operands than memory are the same for memory of another size.
  private static boolean isOpen(Instruction instruction, Form form, int at) {
    for (Form other : instruction.forms()) {
      for (int length : form.lengths()) {
        for (int otherLength : other.lengths()) {
          if (other.slots().length == form.slots().length
              && other.slots()[at].memory()
              && other.slots()[at].memoryBits(otherLength) != form.slots()[at].memoryBits(length)
              && sameBeside(at, form, length, other, otherLength)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static boolean sameBeside(int at, Form one, int length, Form other, int otherLength) {
    for (int i = 0; i < one.slots().length; i++) {
      Slot a = one.slots()[i];
      Slot b = other.slots()[i];
      boolean constants = isConstant(a) && isConstant(b);
      boolean registers =
          a.kind() == b.kind() && a.registerBits(length) == b.registerBits(otherLength);
      if (i != at && !constants && !registers) {
        return false;
      }
    }
    return true;
  }

  private static boolean isConstant(Slot slot) {
    return switch (slot.kind()) {
      case SIGNED, UNSIGNED, EITHER, ONE -> true;
      default -> false;
    };
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      Map<String, byte[]> all = cases.get(i).all();
      var sum = new CRC32();
      all.forEach((text, bytes) -> {
        sum.update(text.getBytes(UTF_8));
        sum.update(bytes);
      });
      String crc = HexFormat.of().toHexDigits((int) sum.getValue());
      lines.add(Instruction.values()[i].mnemonic() + " " + all.size() + " " + crc);
      for (String text : cases.get(i).samples()) {
        lines.add("  " + HexFormat.of().formatHex(all.get(text)) + "  " + text);
      }
    }
    return lines;
  }
}
