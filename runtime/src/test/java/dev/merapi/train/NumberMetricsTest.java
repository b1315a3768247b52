package dev.merapi.train;

import static dev.merapi.graph.TensorType.f32;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.graph.TensorType;
import dev.merapi.memory.HostTensor;
import dev.merapi.train.Metric.Subject;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/// Metrics of numbers, and the area under the curve, against their definitions.
class NumberMetricsTest {
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

  @Test
  void errorsFollowTheirFormulas() {
    float[] outputs = {2.5f, 0f, 2f, 8f};
    float[] targets = {3f, -0.5f, 2f, 7f}; // scikit-learn's own example: r2 0.948..., mse 0.375
    assertEquals(0.375, measure(Metrics.meanSquaredError(), 1, 0, outputs, targets), 1e-12);
    assertEquals(Math.sqrt(0.375), measure(Metrics.rmse(), 1, 0, outputs, targets), 1e-12);
    assertEquals(0.5, measure(Metrics.meanAbsoluteError(), 1, 0, outputs, targets), 1e-12);
    assertEquals(0.9486081370449679, measure(Metrics.r2(), 1, 0, outputs, targets), 1e-12);
  }

  @Test
  void determinationIsTheMeanOverOutputs() {
    float[] outputs = {0, 2, -1, 2, 8, -5};
    float[] targets = {0.5f, 1, -1, 1, 7, -6};
    // The sums of squares by hand: errors 1.25 and 3, spreads 217/6 and 98/3.
    double expected = 1 - (1.25 / (217 / 6.0) + 3 / (98 / 3.0)) / 2;
    assertEquals(expected, measure(Metrics.r2(), 2, 0, outputs, targets), 1e-9);
  }

  @Test
  void determinationOfEqualTargetsIsOneOrNought() {
    float[] same = {3, 3, 3};
    assertEquals(1, measure(Metrics.r2(), 1, 0, same, same), 0);
    assertEquals(0, measure(Metrics.r2(), 1, 0, new float[] {3, 3, 4}, same), 0);
    assertTrue(Double.isNaN(measure(Metrics.r2(), 1, 0, new float[] {3}, new float[] {3})));
  }

  @Test
  void determinationOfTargetsFarFromZeroDoesNotCancel() {
    float[] targets = new float[1000];
    float[] outputs = new float[1000];
    double spread = 0;
    for (int i = 0; i < targets.length; i++) {
      targets[i] = 1_000_000 + i % 2;
      outputs[i] = targets[i] + (i % 4 == 0 ? 1 : 0);
      spread += 0.25;
    }
    assertEquals(1 - 250 / spread, measure(Metrics.r2(), 1, 0, outputs, targets), 1e-9);
  }

  @Test
  void theAreaUnderTheCurveOfLabelsIsTheirMean() {
    float[] outputs = {0.1f, 0.9f, 0.4f, 0.2f, 0.8f, 0.3f};
    float[] targets = {0, 1, 0, 0, 1, 1};
    double first = 1; // 0.8 above 0.1 and 0.4
    double second = 1; // 0.9 and 0.3 above 0.2
    assertEquals((first + second) / 2, measure(Metrics.auc(), 2, 0.5, outputs, targets), 1e-12);
  }

  @Test
  void withoutYesOrNoThereIsNoArea() {
    float[] outputs = {0.1f, 0.9f};
    assertTrue(Double.isNaN(measure(Metrics.auc(), 1, 0.5, outputs, new float[] {1, 1})));
    assertTrue(
        Double.isNaN(
            measure(Metrics.auc(), 1, 0.5, new float[] {0.5f, Float.NaN}, new float[] {1, 0})));
  }
}
