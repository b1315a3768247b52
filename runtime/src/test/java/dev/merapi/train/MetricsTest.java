package dev.merapi.train;

import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.graph.TensorType.i32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.TensorType;
import dev.merapi.memory.HostTensor;
import dev.merapi.train.Metric.Subject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Metrics against their definitions, written down plainly over whole arrays.
class MetricsTest {
  private static final int CLASSES = 4;

  /// Rows with class scores; few different ones, so that there are ties.
  private record Scored(float[][] scores, int[] classes) {
    static Scored of(long seed, int rows, int classes) {
      var random = new Random(seed);
      float[][] scores = new float[rows][classes];
      int[] labels = new int[rows];
      for (int row = 0; row < rows; row++) {
        for (int each = 0; each < classes; each++) {
          scores[row][each] = random.nextInt(6) / 2f - 1;
        }
        labels[row] = random.nextInt(classes);
      }
      return new Scored(scores, labels);
    }

    int best(int row) {
      int best = 0;
      for (int each = 1; each < scores[row].length; each++) {
        best = scores[row][each] > scores[row][best] ? each : best;
      }
      return best;
    }

    Subject subject() {
      return reads(f32("N", scores[0].length), i32("N"), 0.5);
    }

    /// Adds batches of three rows; the last one is smaller.
    double measure(Metric metric) {
      Metric.Meter meter = metric.meter(subject());
      for (int start = 0; start < scores.length; start += 3) {
        int end = Math.min(start + 3, scores.length);
        var output = HostTensor.allocate("output", f32(end - start, scores[0].length));
        output.copyFrom(flat(Arrays.copyOfRange(scores, start, end)));
        var target = HostTensor.allocate("target", i32(end - start));
        target.copyFrom(Arrays.copyOfRange(classes, start, end));
        meter.add(output, target);
      }
      return meter.result();
    }
  }

  private static float[] flat(float[][] rows) {
    float[] all = new float[rows.length * rows[0].length];
    for (int i = 0; i < all.length; i++) {
      all[i] = rows[i / rows[0].length][i % rows[0].length];
    }
    return all;
  }

  private static Subject reads(TensorType output, TensorType target, double boundary) {
    return new Subject(output, target, boundary, OptionalInt.empty());
  }

  private static HostTensor tensor(TensorType type, float... values) {
    var tensor = HostTensor.allocate("tensor", type);
    tensor.copyFrom(values);
    return tensor;
  }

  private static double measure(
      Metric metric, int labels, double boundary, float[] outputs, float[] targets) {
    Metric.Meter meter = metric.meter(reads(f32("N", labels), f32("N", labels), boundary));
    var type = f32(outputs.length / labels, labels);
    meter.add(tensor(type, outputs), tensor(type, targets));
    return meter.result();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void accuracyCountsRowsWhoseHighestScoreIsTheirs(long seed) {
    Scored scored = Scored.of(seed, 31, CLASSES);
    long right =
        IntStream.range(0, 31).filter(row -> scored.best(row) == scored.classes[row]).count();
    assertEquals(right / 31.0, scored.measure(Metrics.accuracy()), 1e-12);
    assertEquals(right / 31.0, scored.measure(Metrics.topK(1)), 1e-12);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void topKCountsRowsWhoseClassIsAmongTheHighest(int k) {
    Scored scored = Scored.of(7, 50, CLASSES);
    int right = 0;
    for (int row = 0; row < 50; row++) {
      float[] scores = scored.scores[row];
      List<Integer> order =
          IntStream.range(0, CLASSES)
              .boxed()
              .sorted((a, b) -> Float.compare(scores[b], scores[a])) // stable: lower class first
              .toList();
      right += order.subList(0, k).contains(scored.classes[row]) ? 1 : 0;
    }
    assertEquals(right / 50.0, scored.measure(Metrics.topK(k)), 1e-12);
  }

  /// `{precision, recall, f1, support}` of each class that occurs.
  private static List<double[]> byClass(Scored scored) {
    var found = new ArrayList<double[]>();
    int rows = scored.classes.length;
    for (int each = 0; each < scored.scores[0].length; each++) {
      double both = 0;
      double predicted = 0;
      double actual = 0;
      for (int row = 0; row < rows; row++) {
        both += scored.best(row) == each && scored.classes[row] == each ? 1 : 0;
        predicted += scored.best(row) == each ? 1 : 0;
        actual += scored.classes[row] == each ? 1 : 0;
      }
      if (predicted + actual > 0) {
        double precision = predicted == 0 ? 0 : both / predicted;
        double recall = actual == 0 ? 0 : both / actual;
        double f1 = both == 0 ? 0 : 2 * precision * recall / (precision + recall);
        found.add(new double[] {precision, recall, f1, actual});
      }
    }
    return found;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void macroAndWeightedAveragesAreMeansOverClassesThatOccur(long seed) {
    Scored scored = Scored.of(seed, 9, CLASSES);
    List<double[]> classes = byClass(scored);
    for (int which = 0; which < 3; which++) {
      int at = which;
      double mean = classes.stream().mapToDouble(each -> each[at]).average().orElseThrow();
      double weighted = classes.stream().mapToDouble(each -> each[at] * each[3]).sum() / 9;
      assertEquals(mean, scored.measure(detection(which, Average.MACRO)), 1e-12);
      assertEquals(weighted, scored.measure(detection(which, Average.WEIGHTED)), 1e-12);
    }
  }

  private static Metric detection(int which, Average average) {
    return switch (which) {
      case 0 -> Metrics.precision(average);
      case 1 -> Metrics.recall(average);
      default -> Metrics.f1(average);
    };
  }

  @Test
  void microAveragesOfClassesAreTheAccuracy() {
    Scored scored = Scored.of(11, 40, CLASSES);
    double accuracy = scored.measure(Metrics.accuracy());
    for (int which = 0; which < 3; which++) {
      assertEquals(accuracy, scored.measure(detection(which, Average.MICRO)), 1e-12);
    }
  }

  @Test
  void ofTwoClassesTheSecondIsYes() {
    Scored scored = Scored.of(5, 30, 2);
    double[] second = byClass(scored).get(1);
    for (int which = 0; which < 3; which++) {
      assertEquals(second[which], scored.measure(detection(which, Average.BINARY)), 1e-12);
    }
  }

  @Test
  void theBoundaryDecidesWhatMeansYes() {
    float[] outputs = {0.2f, 0.7f, -1f, 3f, 0f};
    float[] targets = {1, 1, 0, 1, 0};
    assertEquals(4 / 5.0, measure(Metrics.accuracy(), 1, 0.5, outputs, targets), 1e-12);
    assertEquals(1, measure(Metrics.accuracy(), 1, 0, outputs, targets), 1e-12);
    assertEquals(2 / 3.0, measure(Metrics.recall(), 1, 0.5, outputs, targets), 1e-12);
    assertEquals(1, measure(Metrics.precision(), 1, 0.5, outputs, targets), 1e-12);
    assertEquals(0.8, measure(Metrics.f1(), 1, 0.5, outputs, targets), 1e-12);
    float[] signs = {1, 1, -1, 1, -1};
    assertEquals(1, measure(Metrics.accuracy(), 1, 0, outputs, signs), 1e-12);
  }

  @Test
  void labelsCountOneByOneOrAllTogether() {
    float[] outputs = {0.9f, 0.1f, 0.8f, 0.6f, 0.4f, 0.2f};
    float[] targets = {1, 0, 0, 1, 0, 0}; // the first of two rows has one label wrong
    assertEquals(5 / 6.0, measure(Metrics.accuracy(), 3, 0.5, outputs, targets), 1e-12);
    assertEquals(1 / 2.0, measure(Metrics.exactMatch(), 3, 0.5, outputs, targets), 1e-12);
    // Found 2, wrong 1, missed 0; the second label is neither predicted nor true: 0.
    assertEquals(
        2 / 3.0, measure(Metrics.precision(Average.MICRO), 3, 0.5, outputs, targets), 1e-12);
    assertEquals(
        1 / 3.0, measure(Metrics.precision(Average.MACRO), 3, 0.5, outputs, targets), 1e-12);
  }

  @Test
  void scoresThatAreNoNumbersAreNeverRight() {
    assertEquals(
        0, measure(Metrics.accuracy(), 1, 0.5, new float[] {Float.NaN}, new float[] {0}), 0);
    var output = tensor(f32(1, 2), Float.NaN, Float.NaN);
    var target = HostTensor.allocate("target", i32(1));
    Metric.Meter meter = Metrics.accuracy().meter(reads(f32("N", 2), i32("N"), 0.5));
    meter.add(output, target);
    assertEquals(0, meter.result(), 0);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theAreaUnderTheCurveIsTheShareOfPairsInOrder(long seed) {
    var random = new Random(seed);
    int rows = 60;
    float[] outputs = new float[rows];
    float[] targets = new float[rows];
    for (int row = 0; row < rows; row++) {
      targets[row] = random.nextInt(2);
      outputs[row] = (random.nextInt(10) + targets[row]) / 10f;
    }
    double pairs = 0;
    double inOrder = 0;
    for (int yes = 0; yes < rows; yes++) {
      for (int no = 0; no < rows; no++) {
        if (targets[yes] == 1 && targets[no] == 0) {
          pairs++;
          inOrder += outputs[yes] > outputs[no] ? 1 : outputs[yes] == outputs[no] ? 0.5 : 0;
        }
      }
    }
    assertEquals(inOrder / pairs, measure(Metrics.auc(), 1, 0.5, outputs, targets), 1e-12);
    float[][] two = new float[rows][];
    int[] classes = new int[rows];
    for (int row = 0; row < rows; row++) {
      two[row] = new float[] {-outputs[row], outputs[row]};
      classes[row] = (int) targets[row];
    }
    assertEquals(inOrder / pairs, new Scored(two, classes).measure(Metrics.auc()), 1e-12);
  }

  @Test
  void positionsOfARowAreCountedEach() {
    // f32[1,2,3]: class scores at three positions.
    var output = tensor(f32(1, 2, 3), 0, 1, 5, 1, 0, 4);
    var target = HostTensor.allocate("target", i32(1, 3));
    target.copyFrom(new int[] {1, 0, 1});
    Metric.Meter meter = Metrics.accuracy().meter(reads(f32("N", 2, 3), i32("N", 3), 0.5));
    meter.add(output, target);
    assertEquals(2 / 3.0, meter.result(), 1e-12);
  }

  static Stream<Metric> binary() {
    return Stream.of(
        Metrics.accuracy(),
        Metrics.exactMatch(),
        Metrics.precision(),
        Metrics.recall(),
        Metrics.f1(),
        Metrics.auc(),
        Metrics.rmse(),
        Metrics.meanSquaredError(),
        Metrics.meanAbsoluteError(),
        Metrics.r2());
  }

  @ParameterizedTest
  @MethodSource("binary")
  void aMeterGoesOnFromItsState(Metric metric) {
    var subject = reads(f32("N", 1), f32("N", 1), 0.5);
    var random = new Random(3);
    Metric.Meter whole = metric.meter(subject);
    Metric.Meter resumed = metric.meter(subject);
    for (int batch = 0; batch < 10; batch++) {
      float[] outputs = new float[5];
      float[] targets = new float[5];
      for (int i = 0; i < 5; i++) {
        outputs[i] = random.nextFloat();
        targets[i] = random.nextInt(2);
      }
      Metric.Meter next = metric.meter(subject);
      next.restore(resumed.state());
      resumed = next;
      for (Metric.Meter meter : List.of(whole, resumed)) {
        meter.add(tensor(f32(5, 1), outputs), tensor(f32(5, 1), targets));
      }
    }
    assertEquals(whole.result(), resumed.result(), 0);
    assertArrayEquals(whole.state(), resumed.state());
    Metric.Meter other = metric.meter(subject);
    var error =
        assertThrows(MerapiException.class, () -> other.restore(new double[] {7, 1, 2, 3, 4, 5}));
    assertEquals(Kind.ARGUMENT, error.kind(), error.getMessage());
  }

  @Test
  void whatDoesNotSuitIsRefused() {
    var classes = reads(f32("N", 3), i32("N"), 0.5);
    var labels = reads(f32("N", 3), f32("N", 3), 0.5);
    refused(Metrics.f1(), classes, Kind.ARGUMENT, "f1(Average.MACRO)");
    refused(Metrics.precision(), labels, Kind.ARGUMENT, "precision(Average.MACRO)");
    refused(Metrics.auc(), classes, Kind.ARGUMENT, "classes=3");
    refused(Metrics.rmse(), classes, Kind.SHAPE, "f32[N,3]");
    refused(Metrics.topK(2), labels, Kind.SHAPE, "accuracy()");
    refused(
        Metrics.accuracy(), reads(f32("N", 3), f32("N", 2), 0.5), Kind.SHAPE, "target=f32[N,2]");
    var error = assertThrows(MerapiException.class, () -> Metrics.topK(0));
    assertEquals(Kind.ARGUMENT, error.kind());
  }

  private static void refused(Metric metric, Subject subject, Kind kind, String part) {
    var error = assertThrows(MerapiException.class, () -> metric.meter(subject));
    assertEquals(kind, error.kind(), error.getMessage());
    assertTrue(error.getMessage().contains(part), error.getMessage());
  }

  @Test
  void targetsThatTheLossIgnoresDoNotCount() {
    Subject subject = Subject.of(f32("N", 2), Losses.crossEntropy().ignoring(-1));
    var output = tensor(f32(4, 2), 1, 2, 1, 2, 2, 1, 1, 2);
    var target = HostTensor.allocate("target", i32(4));
    target.copyFrom(new int[] {1, -1, -1, 0});
    for (Metric metric : List.of(Metrics.accuracy(), Metrics.precision(), Metrics.auc())) {
      Metric.Meter meter = metric.meter(subject);
      meter.add(output, target);
      assertEquals(0.5, meter.result(), 0, metric::name);
    }
    ConfusionMatrix.Counter counter = ConfusionMatrix.counter(subject);
    counter.add(output, target);
    assertEquals(List.of(List.of(0L, 1L), List.of(0L, 1L)), counter.result().counts());
  }

  @Test
  void aTargetThatIsNoClassIsNamed() {
    Metric.Meter meter = Metrics.accuracy().meter(reads(f32("N", 2), i32("N"), 0.5));
    var target = HostTensor.allocate("target", i32(1));
    target.set(0, 2);
    var error =
        assertThrows(MerapiException.class, () -> meter.add(tensor(f32(1, 2), 1, 2), target));
    assertEquals(Kind.INDEX, error.kind());
    assertTrue(error.getMessage().contains("target=2, classes=2"), error.getMessage());
  }

  @Test
  void theConfusionMatrixCountsPairs() {
    Scored scored = Scored.of(9, 40, 3);
    ConfusionMatrix.Counter counter = ConfusionMatrix.counter(scored.subject());
    var output = tensor(f32(40, 3), flat(scored.scores));
    var target = HostTensor.allocate("target", i32(40));
    target.copyFrom(scored.classes);
    counter.add(output, target);
    ConfusionMatrix matrix = counter.result();
    for (int actual = 0; actual < 3; actual++) {
      for (int predicted = 0; predicted < 3; predicted++) {
        int a = actual;
        int p = predicted;
        long expected =
            IntStream.range(0, 40)
                .filter(row -> scored.classes[row] == a && scored.best(row) == p)
                .count();
        assertEquals(expected, matrix.count(actual, predicted));
      }
      double[] scores = byClass(scored).get(actual);
      assertEquals(scores[0], matrix.precision(actual), 1e-12);
      assertEquals(scores[1], matrix.recall(actual), 1e-12);
      assertEquals(scores[2], matrix.f1(actual), 1e-12);
    }
    assertEquals(scored.measure(Metrics.accuracy()), matrix.accuracy(), 1e-12);
    assertTrue(
        matrix.toString().startsWith("true    0    1    2   recall\n   0"), matrix::toString);
  }

  @Test
  void yesAndNoMakeAMatrixOfTwo() {
    var counter = ConfusionMatrix.counter(reads(f32("N", 1), f32("N", 1), 0.5));
    counter.add(tensor(f32(4, 1), 0.9f, 0.8f, 0.1f, 0.2f), tensor(f32(4, 1), 1, 0, 0, 1));
    assertEquals(List.of(List.of(1L, 1L), List.of(1L, 1L)), counter.result().counts());
  }
}
