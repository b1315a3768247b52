package dev.merapi.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.History;
import dev.merapi.MerapiException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RegistryTest {
  @Test
  void eachExampleIsFoundByItsNameInAnyCase() {
    for (Example example : Examples.all()) {
      assertSame(example, Examples.named(example.name()));
      assertSame(example, Examples.named(example.name().toUpperCase(java.util.Locale.ROOT)));
      assertTrue(example.name().matches("[a-z0-9-]+"), example.name());
      assertTrue(example.defaults().epochs() > 0 && example.defaults().batch() > 0);
    }
    assertEquals(
        Examples.all().size(), Examples.all().stream().map(Example::name).distinct().count());
  }

  @Test
  void anUnknownNameIsToldWithThoseThatAreKnown() {
    var e = assertThrows(MerapiException.class, () -> Examples.named("lenett"));
    assertEquals(MerapiException.Kind.ARGUMENT, e.kind());
    assertTrue(e.getMessage().contains("name=lenett"), e.getMessage());
    assertTrue(e.getMessage().contains("lenet, convnet"), e.getMessage());
  }

  @Test
  void anOutcomeIsToldWithFourDigits() {
    var history = new History(List.of(), Optional.empty());
    var outcome = new Outcome(LeNet.model(1), "test accuracy", 0.98125, history);
    assertEquals("test accuracy 0.9813", outcome.toString());
  }
}
