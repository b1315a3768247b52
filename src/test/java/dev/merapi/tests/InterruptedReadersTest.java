package dev.merapi.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.Tensor;
import dev.merapi.data.Csv;
import dev.merapi.data.Idx;
import dev.merapi.graph.DType;
import dev.merapi.graph.Shape;
import dev.merapi.toolkit.arrays.JsonArrays;
import dev.merapi.toolkit.arrays.Npy;
import dev.merapi.toolkit.arrays.Npz;
import dev.merapi.toolkit.images.ImageFolder;
import dev.merapi.toolkit.images.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Readers of data do their work on an interrupted thread too, and leave it interrupted.
class InterruptedReadersTest {
  @Test
  void dataIsReadAndWritten(@TempDir Path folder) throws IOException {
    Path csv = Files.writeString(folder.resolve("t.csv"), "a,b\n1,x\n2,y\n");
    Path idx = Files.write(folder.resolve("t.idx"), new byte[] {0, 0, 8, 1, 0, 0, 0, 2, 5, 6});
    Path json = Files.writeString(folder.resolve("t.json"), "[1, 2]");
    Path ones = Files.createDirectories(folder.resolve("images").resolve("one"));
    Path npy = folder.resolve("t.npy");
    Path npz = folder.resolve("t.npz");
    Tensor white = Tensor.of(Shape.of(1, 1, 2), 1f, 1f);

    Thread.currentThread().interrupt();
    Images.write(ones.resolve("white.png"), white);
    Npy.write(npy, white);
    Npz.write(npz, Map.of("white", white));
    assertEquals(2, Csv.withHeader().features("a").label("b").read(csv).rows());
    assertEquals(1, Idx.read(idx).sizes().length);
    assertEquals(white.shape(), Npy.read(npy).shape());
    assertEquals(1, Npz.read(npz).size());
    assertEquals(Shape.of(2), JsonArrays.read(json, DType.F32).shape());
    assertEquals(white.shape(), Images.grey().read(ones.resolve("white.png")).shape());
    assertEquals(1, ImageFolder.read(ones.getParent()).rows());
    assertTrue(Thread.interrupted());
  }
}
