package dev.merapi.tests;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.dense;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.Model;
import dev.merapi.RandomKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The example in `docs/file-format.md` is what is written and read.
class FileFormatDocTest {
  private static final Pattern DUMP_LINE =
      Pattern.compile("(?m)^[0-9a-f]{8}: ((?:[0-9a-f]{4} ){0,7}[0-9a-f]{4}) ");

  @TempDir private Path folder;

  @Test
  void theExampleIsWhatIsWritten() throws IOException {
    var model = Model.of(dense(2, 1), input("x", f32("N", 2)), RandomKey.of(1));
    model.parameter("weight").copyFrom(new float[] {1, -2});
    model.parameter("bias").copyFrom(new float[] {0.5f});
    Path file = folder.resolve("dense.merapi");
    model.save(file);
    assertEquals(shown(), HexFormat.of().formatHex(Files.readAllBytes(file)));
  }

  @Test
  void theExampleIsRead() throws IOException {
    Path file = folder.resolve("shown.merapi");
    Files.write(file, HexFormat.of().parseHex(shown()));
    assertEquals(-2, Model.load(file).parameter("weight").getFloat(1));
  }

  private static String shown() throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("docs"))) {
      root = root.getParent();
    }
    String page = Files.readString(root.resolve("docs/file-format.md"));
    return DUMP_LINE
        .matcher(page)
        .results()
        .map(each -> each.group(1).replace(" ", ""))
        .collect(Collectors.joining());
  }
}
