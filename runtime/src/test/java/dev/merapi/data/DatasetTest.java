package dev.merapi.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.RandomKey;
import dev.merapi.data.Dataset.Fold;
import dev.merapi.graph.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetTest {
  private static final RandomKey KEY = RandomKey.of(5);

  /// Row `i` is `(i)`, and the classes come in turn with the frequencies given.
  private static Dataset classes(int... frequencies) {
    int[] labels =
        IntStream.range(0, frequencies.length)
            .flatMap(label -> IntStream.generate(() -> label).limit(frequencies[label]))
            .toArray();
    float[][] inputs = new float[labels.length][];
    Arrays.setAll(inputs, i -> new float[] {i});
    return Dataset.of(inputs, labels);
  }

  private static float[] inputs(Dataset data) {
    return ((Column.Floats) data.inputs()).toArray();
  }

  private static int[] counts(Dataset data, int classes) {
    int[] counts = new int[classes];
    for (int label : data.labels()) {
      counts[label]++;
    }
    return counts;
  }

  private static void assertOnce(int rows, Dataset... parts) {
    var seen = new TreeSet<Float>();
    int sum = 0;
    for (Dataset part : parts) {
      sum += part.rows();
      for (float value : inputs(part)) {
        seen.add(value);
      }
    }
    assertEquals(rows, sum);
    assertEquals(rows, seen.size());
  }

  @Test
  void arraysBecomeRows() {
    float[][] inputs = {{1, 2}, {3, 4}, {5, 6}};
    Dataset labelled = Dataset.of(inputs, new int[] {1, 0, 1});
    assertEquals(Shape.of(2), labelled.inputs().row());
    assertEquals(Shape.SCALAR, labelled.targets().row());
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, inputs(labelled));
    assertEquals(Shape.of(1), Dataset.of(inputs, new float[3]).targets().row());
    assertEquals(Shape.of(4), Dataset.of(inputs, new float[3][4]).targets().row());
    assertEquals(
        Shape.of(2, 2),
        Dataset.of(Shape.of(3), new float[6], Shape.of(2, 2), new float[8]).targets().row());
    assertKind(Kind.SHAPE, () -> Dataset.of(inputs, new int[2]));
    assertKind(Kind.SHAPE, () -> Dataset.of(new float[][] {{1, 2}, {3}}, new int[2]));
    assertKind(Kind.SHAPE, () -> Dataset.of(new float[0][], new int[0]));
  }

  @Test
  void namesBelongToColumnsAndClasses() {
    Dataset data = Dataset.of(new float[][] {{1, 2}}, new int[] {1});
    Dataset named = data.named(List.of("a", "b"), List.of("no", "yes"));
    assertEquals(List.of("no", "yes"), named.shuffled(KEY).classes());
    assertKind(Kind.SHAPE, () -> data.named(List.of("a"), List.of()));
    assertKind(Kind.INDEX, () -> data.named(List.of(), List.of("no")));
    assertKind(Kind.SHAPE, () -> data.oneHot(3).named(List.of(), List.of("no", "yes")));
  }

  @Test
  void shufflingIsAFunctionOfTheKey() {
    Dataset data = classes(20);
    assertArrayEquals(inputs(data.shuffled(KEY)), inputs(data.shuffled(KEY)));
    assertNotEquals(
        Arrays.toString(inputs(data.shuffled(KEY))),
        Arrays.toString(inputs(data.shuffled(RandomKey.of(6)))));
    assertOnce(20, data.shuffled(KEY));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.25, 1.0 / 3, 0.5, 0.77, 1})
  void aStratifiedSplitKeepsTheRatioOfTheClasses(double share) {
    int[] frequencies = {50, 1, 17, 0, 33};
    List<Dataset> parts = classes(frequencies).stratifiedSplit(share, KEY);
    assertEquals(Math.round(share * 101), parts.get(0).rows());
    assertOnce(101, parts.get(0), parts.get(1));
    int[] counts = counts(parts.get(0), 5);
    for (int i = 0; i < counts.length; i++) {
      assertTrue(Math.abs(counts[i] - share * frequencies[i]) < 1, Arrays.toString(counts));
    }
    assertArrayEquals(
        inputs(parts.get(0)), inputs(classes(frequencies).stratifiedSplit(share, KEY).get(0)));
  }

  @ParameterizedTest
  @CsvSource({"2,2", "5,2", "10,3", "11,5", "7,7"})
  void everyRowIsTestedInOneFold(int rows, int count) {
    List<Fold> folds = classes(rows).folds(count, KEY);
    assertEquals(count, folds.size());
    assertOnce(rows, folds.stream().map(Fold::test).toArray(Dataset[]::new));
    for (Fold fold : folds) {
      assertOnce(rows, fold.train(), fold.test());
      assertTrue(fold.test().rows() >= rows / count && fold.test().rows() <= rows / count + 1);
    }
  }

  @Test
  void stratifiedFoldsSpreadEveryClass() {
    int[] frequencies = {50, 3, 17, 0, 33};
    List<Fold> folds = classes(frequencies).stratifiedFolds(5, KEY);
    assertOnce(103, folds.stream().map(Fold::test).toArray(Dataset[]::new));
    for (Fold fold : folds) {
      assertOnce(103, fold.train(), fold.test());
      assertTrue(fold.test().rows() == 20 || fold.test().rows() == 21);
      int[] counts = counts(fold.test(), 5);
      for (int i = 0; i < counts.length; i++) {
        assertTrue(Math.abs(counts[i] - frequencies[i] / 5.0) < 1, Arrays.toString(counts));
      }
    }
  }

  @Test
  void moreNumbersThanAnArrayHoldsAreRefused() {
    int each = 1 << 16;
    float[] row = new float[each];
    int[] many = new int[1 << 15];
    var floats = Column.of(Shape.of(each), row);
    assertKind(Kind.MEMORY, () -> floats.pick(many));
    assertKind(Kind.MEMORY, () -> Column.of(Shape.of(each), new int[each]).pick(many));
    float[][] rows = new float[many.length][];
    Arrays.fill(rows, row);
    assertKind(Kind.MEMORY, () -> Dataset.of(rows, many));
    Dataset narrow = Dataset.of(Shape.of(1), new float[many.length], many);
    assertKind(Kind.MEMORY, () -> narrow.oneHot(each));
    assertKind(Kind.MEMORY, () -> narrow.map(Shape.of(each), x -> x));
    assertKind(Kind.MEMORY, () -> narrow.map(Shape.of(1L << 40), x -> x));
    var error = assertThrows(MerapiException.class, () -> floats.pick(many));
    for (String part : List.of("column", "rows=32768", "elements of a row=65536")) {
      assertTrue(error.getMessage().contains(part), error.getMessage());
    }
  }

  @Test
  void oneHotPutsAOneAtTheIndex() {
    Dataset data = classes(1, 1, 1).oneHot(3);
    assertEquals(Shape.of(3), data.targets().row());
    assertArrayEquals(
        new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, ((Column.Floats) data.targets()).toArray());
    assertKind(Kind.INDEX, () -> classes(1, 1).oneHot(1));
    assertKind(Kind.SHAPE, () -> data.oneHot(3));
  }

  @Test
  void mapWorksRowByRow() {
    Dataset data = Dataset.of(new float[][] {{1, 2}, {3, 4}}, new int[] {0, 1});
    Dataset sums = data.map(Shape.of(1), row -> new float[] {row[0] + row[1]});
    assertArrayEquals(new float[] {3, 7}, inputs(sums));
    assertArrayEquals(new float[] {1, 2, 3, 4}, inputs(data));
    Dataset doubled = data.map(Shape.of(2), row -> new float[] {row[0] *= 2, row[1]});
    assertArrayEquals(new float[] {2, 2, 6, 4}, inputs(doubled));
    assertArrayEquals(new float[] {1, 2, 3, 4}, inputs(data));
    assertKind(Kind.SHAPE, () -> data.map(Shape.of(3), row -> row));
  }

  @Test
  void rowsMayBeReshaped() {
    Dataset data = Dataset.of(Shape.of(6), new float[12], new int[2]);
    assertEquals(Shape.of(1, 2, 3), data.reshaped(Shape.of(1, 2, 3)).inputs().row());
    assertEquals(2, data.reshaped(Shape.of(1, 2, 3)).rows());
    assertKind(Kind.SHAPE, () -> data.reshaped(Shape.of(5)));
    assertKind(Kind.SHAPE, () -> data.reshaped(Shape.of("N")));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertKind(Kind.INDEX, () -> classes(3).pick(3));
    assertKind(Kind.INDEX, () -> classes(3).pick(-1));
    assertKind(Kind.ARGUMENT, () -> classes(3).folds(4, KEY));
    assertKind(Kind.ARGUMENT, () -> classes(3).folds(1, KEY));
    assertKind(Kind.ARGUMENT, () -> classes(3).stratifiedSplit(Double.NaN, KEY));
    assertKind(Kind.SHAPE, () -> classes(3).oneHot(1).stratifiedFolds(2, KEY));
    assertKind(
        Kind.INDEX, () -> Dataset.of(new float[2][1], new int[] {0, -1}).stratifiedSplit(0.5, KEY));
  }

  private static void assertKind(Kind kind, org.junit.jupiter.api.function.Executable code) {
    assertEquals(kind, assertThrows(MerapiException.class, code).kind());
  }
}
