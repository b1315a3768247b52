package dev.merapi.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The expected texts follow what PyTorch prints for the same numbers, with the type behind.
class TensorTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1, 2, 4                 | [1., 2., 4.]",
        "1.5, -2, 0.25           | [ 1.5000, -2.0000,  0.2500]",
        "0, 0, -0                | [ 0.,  0., -0.]",
        "1e-5, 1, 2.5            | [1.0000e-05, 1.0000e+00, 2.5000e+00]",
        "1e-5                    | [1.0000e-05]",
        "1, 1000                 | [   1., 1000.]",
        "1, 1001                 | [1.0000e+00, 1.0010e+03]",
        "123456789               | [1.2346e+08]",
        "NaN, Infinity, 1.5      | [   nan,    inf, 1.5000]",
        "-Infinity, 2            | [-inf,   2.]"
      })
  void floatsHaveFourDigitsOrAnExponent(String numbers, String expected) {
    float[] values = floats(numbers);
    TensorType type = TensorType.f32(values.length);
    assertEquals(
        "tensor(" + expected + ", " + type + ")", TensorText.of(type, i -> values[(int) i]));
  }

  private static float[] floats(String numbers) {
    String[] each = numbers.split(",");
    float[] values = new float[each.length];
    IntStream.range(0, values.length).forEach(i -> values[i] = Float.parseFloat(each[i].strip()));
    return values;
  }

  @Test
  void axesNestAndAlign() {
    assertEquals(
        """
        tensor([[[ 0.,  1.],
                 [ 2.,  3.]],

                [[ 4.,  5.],
                 [ 6., 77.]]], f32[2,2,2])\
        """,
        TensorText.of(TensorType.f32(2, 2, 2), i -> i == 7 ? 77 : i));
    assertEquals("tensor(3.5000, f32[])", TensorText.of(TensorType.f32(), _ -> 3.5));
    assertEquals("tensor([], f32[0])", TensorText.of(TensorType.f32(0), _ -> 0));
    assertEquals(
        "tensor([[],\n        []], f32[2,0])", TensorText.of(TensorType.f32(2, 0), _ -> 0));
  }

  @Test
  void otherTypesAreWrittenAsTheyAre() {
    var ints = new TensorType(DType.I32, Shape.of(3));
    assertEquals(
        "tensor([ -1,   0, 100], i32[3])",
        TensorText.of(ints, i -> new double[] {-1, 0, 100}[(int) i]));
    var bools = new TensorType(DType.BOOL, Shape.of(2));
    assertEquals("tensor([ true, false], bool[2])", TensorText.of(bools, i -> 1 - i));
  }

  @Test
  void longRowsAreBroken() {
    String text = TensorText.of(TensorType.f32(30), i -> i);
    assertTrue(text.lines().allMatch(line -> line.length() <= 88), text);
    assertTrue(text.startsWith("tensor([ 0.,  1.,"), text);
    assertEquals(3, text.lines().count(), text);
  }

  @Test
  void manyElementsAreSummarised() {
    assertEquals(
        "tensor([0.0000e+00, 1.0000e+00, 2.0000e+00, ..., 1.9970e+03, 1.9980e+03,\n"
            + "        1.9990e+03], f32[2000])",
        TensorText.of(TensorType.f32(2000), i -> i));
    String text = TensorText.of(TensorType.f32(100, 100), _ -> 1);
    assertEquals(7, text.lines().count(), text);
    assertTrue(text.contains("[1., 1., 1., ..., 1., 1., 1.],\n        ...,\n"), text);
  }

  @Test
  void theLocaleDoesNotShow() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
    try {
      assertEquals("tensor([1.5000], f32[1])", TensorText.of(TensorType.f32(1), _ -> 1.5));
    } finally {
      Locale.setDefault(before);
    }
  }
}
