package dev.merapi.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.graph.Custom;
import dev.merapi.graph.Op;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OpSamplesTest {
  @Test
  void everyPermittedOperationHasASample() {
    Set<Class<?>> sampled =
        OpSamples.all().stream().map(sample -> sample.op().getClass()).collect(Collectors.toSet());
    Set<Class<?>> missing = leaves(Op.class).collect(Collectors.toSet());
    missing.removeAll(sampled);
    assertEquals(Set.of(Custom.class), missing, "operations without a sample");
    assertTrue(sampled.stream().anyMatch(Custom.class::isAssignableFrom));
  }

  private static Stream<Class<?>> leaves(Class<?> type) {
    return type.isSealed()
        ? Stream.of(type.getPermittedSubclasses()).flatMap(OpSamplesTest::leaves)
        : Stream.of(type);
  }

  @Test
  void namesDiffer() {
    var names = new HashSet<String>();
    OpSamples.all().forEach(sample -> assertTrue(names.add(sample.name()), sample.name()));
  }

  @Test
  void elementsAreTheSameEachTime() {
    var first = OpSamples.all();
    var second = OpSamples.all();
    for (int i = 0; i < first.size(); i++) {
      var other = second.get(i).bindings();
      first.get(i).bindings().forEach((label, data) -> assertArrayEquals(data, other.get(label)));
    }
  }
}
