package dev.merapi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.Tensor;
import dev.merapi.graph.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TextsTest {
  @Test
  void numbersOfOneTensorHaveOneForm() {
    assertEquals("[ 1.0000 -0.2500]", TensorText.of(Tensor.of(1f, -0.25f)));
    assertEquals("[1.0000e-03 2.0000e-05]", TensorText.of(Tensor.of(1e-3f, 2e-5f)));
    assertEquals("[   NaN 1.0000]", TensorText.of(Tensor.of(Float.NaN, 1f)));
    assertEquals("2.0000", TensorText.of(Tensor.scalar(2)));
    assertEquals("[]", TensorText.of(Tensor.of(Shape.of(0), new float[0])));
  }

  @Test
  void longAxesAreShownByTheirEnds() {
    int[] values = new int[300];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    assertEquals("[  0   1   2 ... 297 298 299]", TensorText.of(Tensor.of(values)));
    assertEquals(
        """
        [[  0   1   2   3]
         [  4   5   6   7]
         [  8   9  10  11]
         ...
         [288 289 290 291]
         [292 293 294 295]
         [296 297 298 299]]\
        """,
        TensorText.of(Tensor.of(Shape.of(75, 4), values)));
  }

  @Test
  void theClosestNameIsGuessedIfItIsClose() {
    assertEquals(Optional.of("lenet"), Closest.to("lenett", List.of("convnet", "lenet", "xor")));
    assertEquals(Optional.of("xor"), Closest.to("XOR", List.of("convnet", "lenet", "xor")));
    assertEquals(Optional.empty(), Closest.to("resnet50", List.of("convnet", "lenet", "xor")));
    assertEquals(Optional.of("train"), Closest.to("Trian", List.of("run", "train")));
    assertEquals(3, Closest.distance("kitten", "sitting"));
  }

  @Test
  void failuresAreOneLineInTheWordsOfTheirReader() {
    assertEquals(
        "no such file or folder: a/b",
        Failure.line(new UncheckedIOException(new NoSuchFileException("a/b"))));
    assertEquals("not allowed: x", Failure.line(new AccessDeniedException("x")));
    assertEquals("reading or writing failed: a b", Failure.line(new IOException("a\n  b")));
    String bug = Failure.line(new IllegalStateException("no node\ndefines it"));
    assertTrue(bug.startsWith("this is a bug: java.lang.IllegalStateException: no node"), bug);
    assertEquals(1, bug.lines().count());
  }

  @Test
  void endingsAreThoseOfTheName() {
    assertEquals(".npy", FileChecks.ending(Path.of("a.b", "X.NPY")));
    assertEquals("", FileChecks.ending(Path.of("a.b", "x")));
  }

  @Test
  void hugePagesAreToldFromTheSetting() {
    assertTrue(
        Surroundings.hugePages(Optional.of("always [madvise] never")).text().endsWith("(madvise)"));
    assertTrue(
        Surroundings.hugePages(Optional.of("always madvise [never]")).text().contains("off"));
    assertTrue(Surroundings.hugePages(Optional.empty()).good());
  }
}
