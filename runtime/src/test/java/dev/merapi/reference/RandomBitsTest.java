package dev.merapi.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.compiler.Pipeline;
import dev.merapi.graph.DType;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Literal;
import dev.merapi.graph.Shape;
import dev.merapi.graph.Source.RandomBits;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RandomBitsTest {
  /// The known answers that come with Random123, `tests/kat_vectors`, line by line: counter, key,
  /// result.
  @ParameterizedTest
  @CsvSource({
    "00000000, 00000000, 00000000, 00000000, 6b200159, 99ba4efe",
    "ffffffff, ffffffff, ffffffff, ffffffff, 1cb996fc, bb002be7",
    "243f6a88, 85a308d3, 13198a2e, 03707344, c4923a9c, 483df7a0"
  })
  void wordsAreThoseOfRandom123(
      String counterLow, String counterHigh, String low, String high, String first, String second) {
    int[] block = RandomWords.block(word(counterLow), word(counterHigh), word(low), word(high));
    assertArrayEquals(new int[] {word(first), word(second)}, block);
  }

  private static int word(String hex) {
    return Integer.parseUnsignedInt(hex, 16);
  }

  private static Graph graph(TensorType type) {
    var builder = new GraphBuilder("random");
    Value key = builder.input("key", TensorType.i32(2));
    Value counter = builder.input("counter", TensorType.i32());
    builder.output("bits", builder.add(new RandomBits(type), List.of(key, counter)).result());
    return builder.build();
  }

  private static double[] words(Graph graph, int low, int high, int counter) {
    return Interpreter.run(
            graph, Map.of("key", new double[] {low, high}, "counter", new double[] {counter}))
        .output("bits");
  }

  @Test
  void theExpansionGivesTheSameWords() {
    Graph graph = graph(TensorType.i32(7, 11, 13));
    Graph expanded = Pipeline.optimize(graph);
    assertTrue(expanded.nodes().stream().noneMatch(node -> node.op() instanceof RandomBits));
    for (int counter : new int[] {0, 1, -1, 123_456_789}) {
      assertArrayEquals(
          words(graph, 42, -99, counter), words(expanded, 42, -99, counter), "counter " + counter);
    }
  }

  @Test
  void shapesDoNotMatterToTheWords() {
    assertArrayEquals(
        words(graph(TensorType.i32(6, 35)), 1, 2, 3), words(graph(TensorType.i32(210)), 1, 2, 3));
    double[] more = words(graph(TensorType.i32(211)), 1, 2, 3);
    assertArrayEquals(
        words(graph(TensorType.i32(210)), 1, 2, 3), Arrays.copyOf(more, 210), "a prefix");
  }

  @Test
  void eachBitIsSetHalfOfTheTimeAndKeysAndCountersAreIndependent() {
    int count = 1 << 14;
    double[] first = words(graph(TensorType.i32(count)), 5, 0, 1);
    double[][] others = {
      new double[count],
      words(graph(TensorType.i32(count)), 5, 0, 2),
      words(graph(TensorType.i32(count)), 5, 1, 1),
      words(graph(TensorType.i32(count)), 6, 0, 1)
    };
    for (double[] other : others) {
      int[] ones = new int[Integer.SIZE];
      for (int i = 0; i < count; i++) {
        int different = (int) first[i] ^ (int) other[i];
        for (int bit = 0; bit < Integer.SIZE; bit++) {
          ones[bit] += different >>> bit & 1;
        }
      }
      for (int bit = 0; bit < Integer.SIZE; bit++) {
        // six deviations of a binomial distribution
        assertEquals(count / 2.0, ones[bit], 6 * Math.sqrt(count / 4.0), "bit " + bit);
      }
    }
  }

  @Test
  void otherOperandsAndTypesAreRefused() {
    MerapiException float32 =
        assertThrows(MerapiException.class, () -> new RandomBits(TensorType.f32(3)));
    assertEquals(Kind.SHAPE, float32.kind());
    var builder = new GraphBuilder("g").at("dropout");
    Value key = builder.constant(Literal.splat(DType.I32, Shape.of(3), 1));
    Value counter = builder.constant(Literal.splat(DType.I32, Shape.SCALAR, 1));
    var bits = new RandomBits(TensorType.i32(3));
    MerapiException three =
        assertThrows(MerapiException.class, () -> builder.add(bits, List.of(key, counter)));
    assertTrue(three.getMessage().contains("i32[3]"), three.getMessage());
    assertEquals("dropout", three.place());
    assertThrows(MerapiException.class, () -> builder.add(bits, List.of(key)));
  }
}
