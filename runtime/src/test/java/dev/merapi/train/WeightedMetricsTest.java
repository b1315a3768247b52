package dev.merapi.train;

import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.graph.TensorType.i32;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.MerapiException;
import dev.merapi.graph.DType;
import dev.merapi.graph.TensorType;
import dev.merapi.memory.HostTensor;
import dev.merapi.train.Metric.Subject;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A row that weighs two counts as if it were there twice, in every metric there is.
class WeightedMetricsTest {
  private static final int ROWS = 40;
  private static final int SIZE = 2;

  /// Every factory of [Metrics], by its call.
  private static Map<String, Metric> metrics() {
    var all = new LinkedHashMap<String, Metric>();
    for (Method method : Metrics.class.getMethods()) {
      if (Modifier.isStatic(method.getModifiers())) {
        for (Object[] arguments : arguments(method.getParameterTypes())) {
          all.put(method.getName() + Arrays.toString(arguments), call(method, arguments));
        }
      }
    }
    return all;
  }

  private static List<Object[]> arguments(Class<?>... types) {
    if (types.length == 0) {
      return List.<Object[]>of(new Object[0]);
    }
    if (types[0] == int.class) {
      return List.<Object[]>of(new Object[] {1});
    }
    return Arrays.stream(types[0].getEnumConstants()).map(each -> new Object[] {each}).toList();
  }

  private static Metric call(Method method, Object... arguments) {
    try {
      return (Metric) method.invoke(null, arguments);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(method.toString(), e);
    }
  }

  static Set<String> names() {
    return metrics().keySet();
  }

  private static final List<Subject> SUBJECTS =
      List.of(
          new Subject(f32("N", SIZE), i32("N"), 0.5, OptionalInt.empty()),
          new Subject(f32("N", SIZE), f32("N", SIZE), 0.5, OptionalInt.empty()),
          new Subject(f32("N"), f32("N"), 0.5, OptionalInt.empty()),
          new Subject(f32("N", SIZE, 3), i32("N", 3), 0.5, OptionalInt.of(1)));

  @ParameterizedTest
  @MethodSource("names")
  void aWeightCountsLikeRepeatedRows(String name) {
    Metric metric = metrics().get(name);
    int measured = 0;
    for (Subject subject : SUBJECTS) {
      try {
        metric.meter(subject);
      } catch (MerapiException _) { // it makes no sense of such outputs
        continue;
      }
      measured++;
      for (long seed = 1; seed <= 3; seed++) {
        assertWeighs(metric, subject, seed);
      }
    }
    assertEquals(true, measured > 0);
  }

  private static void assertWeighs(Metric metric, Subject subject, long seed) {
    var random = new Random(seed);
    int[] weights = random.ints(ROWS, 0, 4).toArray();
    List<Integer> once = new ArrayList<>();
    List<Integer> often = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      once.add(row);
      for (int i = 0; i < weights[row]; i++) {
        often.add(row);
      }
    }
    Metric.Meter weighted = metric.meter(subject);
    for (int half = 0; half < 2; half++) { // in two batches, with a state in between
      int first = half * ROWS / 2;
      List<Integer> rows = once.subList(first, first + ROWS / 2);
      weighted.add(
          values(subject.output(), rows, seed),
          values(subject.target(), rows, seed + 100),
          row -> weights[first + row]);
      Metric.Meter next = metric.meter(subject);
      next.restore(weighted.state());
      weighted = next;
    }
    Metric.Meter repeated = metric.meter(subject);
    repeated.add(
        values(subject.output(), often, seed), values(subject.target(), often, seed + 100));
    assertEquals(repeated.result(), weighted.result(), 1e-9, subject + ", seed " + seed);
  }

  /// Some rows of numbers that depend on the seed: scores with ties, labels of 0 and 1.
  private static HostTensor values(TensorType type, List<Integer> rows, long seed) {
    TensorType bound = type.bind(Map.of("N", (long) rows.size()));
    var tensor = HostTensor.allocate("values", bound);
    int row = (int) (bound.shape().elements() / rows.size());
    for (int at = 0; at < rows.size(); at++) {
      var random = new Random(seed * 1000 + rows.get(at));
      for (int i = 0; i < row; i++) {
        int index = at * row + i;
        if (bound.dtype() == DType.I32) {
          tensor.set(index, random.nextInt(2));
        } else {
          tensor.set(index, seed > 100 ? random.nextInt(2) : random.nextInt(8) / 7f);
        }
      }
    }
    return tensor;
  }
}
