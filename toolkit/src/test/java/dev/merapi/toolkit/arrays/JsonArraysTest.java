package dev.merapi.toolkit.arrays;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.graph.DType;
import dev.merapi.graph.Literal;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonArraysTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2.5|[]",
        "[]|[0]",
        "[[],[]]|[2,0]",
        "[1]|[1]",
        "[[1, 2.5e0], [3, -4]]|[2,2]",
        "[[[1],[2],[3]]]|[1,3,1]",
      })
  void nestingIsTheShape(String text, String shape) {
    Tensor tensor = JsonArrays.parse(text, DType.F32);
    assertEquals(shape, tensor.shape().toString());
    assertEquals(DType.F32, tensor.dtype());
    assertEquals(tensor.shape(), JsonArrays.parse(JsonArrays.text(tensor), DType.F32).shape());
  }

  @Test
  void valuesBecomeTheTypeAskedFor() {
    assertArrayEquals(
        new float[] {1, 0.1f, -3e-7f}, JsonArrays.parse("[1, 0.1, -3e-7]", DType.F32).toFloats());
    assertArrayEquals(
        new int[] {1, Integer.MIN_VALUE}, JsonArrays.parse("[1, -2147483648]", DType.I32).toInts());
    Tensor truth = JsonArrays.parse("[[true], [false]]", DType.BOOL);
    assertEquals(TensorType.bool(2, 1), truth.type());
    assertEquals("[[true], [false]]", JsonArrays.text(truth));
    assertEquals("[[1, 2], [3, 4]]", JsonArrays.text(Tensor.of(Shape.of(2, 2), 1, 2, 3, 4)));
  }

  @Test
  void everyFiniteFloatSurvives() {
    var random = new Random(20260107);
    float[] values = new float[10_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(random.nextInt(0x7f800000) | random.nextInt(2) << 31);
    }
    String text = JsonArrays.text(Tensor.of(values));
    assertArrayEquals(values, JsonArrays.parse(text, DType.F32).toFloats());
    assertKind(Kind.ARGUMENT, () -> JsonArrays.text(Tensor.of(1f, Float.NaN)));
  }

  @Test
  void aShapeThatIsAskedForIsChecked() {
    assertEquals(
        TensorType.f32(2, 1), JsonArrays.parse("[[1],[2]]", TensorType.f32("N", 1)).type());
    assertKind(Kind.SHAPE, () -> JsonArrays.parse("[[1],[2]]", TensorType.f32("N", 2)));
    assertKind(Kind.SHAPE, () -> JsonArrays.parse("[1, 2]", TensorType.f32("N", 1)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[",
        "[1",
        "[1,]",
        "[1] 2",
        "[1]]",
        "[[1, 2], [3]]",
        "[1, [2]]",
        "[[1], 2]",
        "[[], [[]]]",
        "[[[]], []]",
        "[[], [1]]",
        "[1, null]",
        "[1, \"2\"]",
        "[true]",
        "{\"a\": 1}",
        "[{}]",
        "[NaN]",
        "[1e39]",
        "[0x1]",
        "[01]",
        "nothing",
      })
  void whatIsNoArrayOfNumbersIsRefusedWithItsPlace(String text) {
    var error =
        assertThrows(MerapiException.class, () -> JsonArrays.parse(text, TensorType.f32("N")));
    assertEquals(Kind.FORMAT, error.kind());
    assertTrue(error.getMessage().contains("line 1, column"), error.getMessage());
  }

  @Test
  void integersAreNotRounded() {
    assertKind(Kind.FORMAT, () -> JsonArrays.parse("[1.0]", DType.I32));
    assertKind(Kind.FORMAT, () -> JsonArrays.parse("[2147483648]", DType.I32));
    assertKind(Kind.FORMAT, () -> JsonArrays.parse("[99999999999999999999]", DType.I32));
    assertKind(Kind.FORMAT, () -> JsonArrays.parse("[1]", DType.BOOL));
  }

  @Test
  void deepNestingIsRefused() {
    String deep = "[".repeat(64) + "1" + "]".repeat(64);
    assertEquals(64, JsonArrays.parse(deep, DType.F32).rank());
    assertKind(Kind.FORMAT, () -> JsonArrays.parse("[" + deep + "]", DType.F32));
    assertKind(Kind.FORMAT, () -> JsonArrays.parse("[".repeat(1_000_000), DType.F32));
  }

  @Test
  void longNumbersAndStringsAreRefused() {
    assertEquals(1, JsonArrays.parse("[1" + "0".repeat(30) + ".5]", DType.F32).rank());
    for (String text :
        List.of(
            "[1" + "0".repeat(2_000_000) + "]",
            "[0." + "1".repeat(2_000_000) + "]",
            "[1e" + "1".repeat(2_000_000) + "]",
            "[\"" + "a".repeat(2_000_000) + "\"]",
            "{\"" + "a".repeat(2_000_000) + "\":1}")) {
      var error = assertThrows(MerapiException.class, () -> JsonArrays.parse(text, DType.F32));
      assertEquals(Kind.FORMAT, error.kind());
      assertTrue(error.getMessage().length() < 2000, "a message of a page");
    }
  }

  @Test
  void filesAreNamedInErrors(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("a.json");
    Files.writeString(file, "[[1, 2]]\n");
    assertEquals(TensorType.f32(1, 2), JsonArrays.read(file, TensorType.f32("N", 2)).type());
    var shape =
        assertThrows(MerapiException.class, () -> JsonArrays.read(file, TensorType.f32("N", 3)));
    assertTrue(shape.getMessage().contains(file.toString()), shape.getMessage());
    for (byte[] bytes :
        new byte[][] {"[1,\n x]".getBytes(StandardCharsets.UTF_8), {'[', -1, ']'}}) {
      Files.write(file, bytes);
      var error = assertThrows(MerapiException.class, () -> JsonArrays.read(file, DType.F32));
      assertTrue(error.getMessage().contains(file.toString()), error.getMessage());
    }
  }

  @Test
  void mutatedTextsAreReadOrRefused(@TempDir Path folder) throws IOException {
    long seed = 20260108;
    var random = new Random(seed);
    byte[] good = "[[1.5, -2e3], [3, 4],\n [0.25, 6]]".getBytes(StandardCharsets.UTF_8);
    byte[] telling = "[],.-+e0123456789 {}:\"".getBytes(StandardCharsets.UTF_8);
    Path file = folder.resolve("a.json");
    for (int i = 0; i < 4_000; i++) {
      byte[] text = Arrays.copyOf(good, random.nextInt(3) > 0 ? good.length : random.nextInt(33));
      for (int change = random.nextInt(3); change >= 0 && text.length > 0; change--) {
        boolean any = random.nextInt(3) == 0;
        text[random.nextInt(text.length)] =
            any ? (byte) random.nextInt() : telling[random.nextInt(telling.length)];
      }
      Files.write(file, text);
      try {
        Literal.of(Shape.of(6), JsonArrays.read(file, TensorType.f32(3, 2)).toFloats());
      } catch (MerapiException e) {
        assertTrue(e.getMessage().contains(file.toString()), e.getMessage() + ", seed " + seed);
      }
    }
  }

  private static void assertKind(Kind kind, org.junit.jupiter.api.function.Executable code) {
    assertEquals(kind, assertThrows(MerapiException.class, code).kind());
  }
}
