package dev.merapi.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.RandomKey;
import dev.merapi.data.Batches.Batch;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.memory.HostTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchesTest {
  /// Row `i` is `(i, -i)` with label `i`.
  private static Dataset rows(int count) {
    float[] inputs = new float[count * 2];
    for (int i = 0; i < count; i++) {
      inputs[2 * i] = i;
      inputs[2 * i + 1] = -i;
    }
    return Dataset.of(Shape.of(2), inputs, IntStream.range(0, count).toArray());
  }

  private static List<Integer> order(Batches batches, int epoch) {
    var rows = new ArrayList<Integer>();
    for (Batch batch : batches.epoch(epoch)) {
      var inputs = HostTensor.allocate("x", TensorType.f32(batch.size(), 2));
      var targets = HostTensor.allocate("y", TensorType.i32(batch.size()));
      batch.copyTo(inputs, targets);
      for (int i = 0; i < batch.size(); i++) {
        assertEquals(targets.getInt(i), inputs.getFloat(2L * i));
        assertEquals(-targets.getInt(i), inputs.getFloat(2L * i + 1));
        rows.add(targets.getInt(i));
      }
    }
    return rows;
  }

  @ParameterizedTest
  @CsvSource({"0,3,0,0", "1,3,1,0", "3,3,1,1", "7,3,3,2", "7,100,1,0", "7,1,7,7"})
  void everyRowComesOnce(int count, int size, int kept, int dropped) {
    Batches batches = Batches.of(rows(count), size);
    assertEquals(kept, batches.count());
    assertEquals(IntStream.range(0, count).boxed().toList(), order(batches, 0));
    var shuffled = order(batches.shuffled(RandomKey.of(1)), 0);
    assertEquals(IntStream.range(0, count).boxed().toList(), shuffled.stream().sorted().toList());
    assertEquals(dropped, batches.dropLast().count());
    assertEquals(dropped * size, order(batches.dropLast(), 0).size());
  }

  @Test
  void shufflingIsAFunctionOfKeyAndEpoch() {
    Batches batches = Batches.of(rows(50), 8).shuffled(RandomKey.of(1));
    assertEquals(order(batches, 3), order(batches, 3));
    assertNotEquals(order(batches, 3), order(batches, 4));
    assertNotEquals(order(batches, 3), order(Batches.of(rows(50), 8).shuffled(RandomKey.of(2)), 3));
  }

  @Test
  void aSplitHasEveryRowOnce() {
    List<Dataset> parts = rows(10).split(0.3, RandomKey.of(1));
    assertEquals(3, parts.get(0).rows());
    var all = order(Batches.of(parts.get(0), 4), 0);
    all.addAll(order(Batches.of(parts.get(1), 4), 0));
    assertEquals(IntStream.range(0, 10).boxed().toList(), all.stream().sorted().toList());
  }

  @Test
  void normalisingUsesMeanAndDeviation() {
    Dataset data = Dataset.of(Shape.of(2), new float[] {1, 3, 5, 7}, new int[] {0, 1});
    var column = (Column.Floats) data.normalized(4, 2).inputs();
    assertArrayEquals(new float[] {-1.5f, -0.5f, 0.5f, 1.5f}, column.toArray());
    assertEquals(0, column.moments()[0], 1e-9);
    assertEquals(Math.sqrt(1.25), column.moments()[1], 1e-9);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertKind(Kind.SHAPE, () -> Dataset.of(Shape.of(2), new float[3], new int[1]));
    assertKind(Kind.SHAPE, () -> Dataset.of(Shape.of(2), new float[4], new int[1]));
    assertKind(Kind.INDEX, () -> rows(3).slice(1, 4));
    assertKind(Kind.ARGUMENT, () -> rows(3).split(1.1, RandomKey.of(1)));
    assertKind(Kind.ARGUMENT, () -> Batches.of(rows(3), 0));
    Batch batch = Batches.of(rows(3), 2).epoch(0).getFirst();
    assertKind(Kind.SHAPE, () -> batch.copyTo(HostTensor.allocate("x", TensorType.f32(3, 2))));
    assertKind(Kind.SHAPE, () -> batch.copyTo(HostTensor.allocate("x", TensorType.i32(2, 2))));
  }

  private static void assertKind(Kind kind, org.junit.jupiter.api.function.Executable code) {
    assertEquals(kind, assertThrows(MerapiException.class, code).kind());
  }
}
