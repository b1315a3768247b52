package dev.merapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException.Kind;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamePatternTest {
  @ParameterizedTest
  @CsvSource({
    "conv1.*, conv1.weight, true",
    "conv1.*, conv10.weight, false",
    "conv1.*, conv1.a.b, true",
    "*.bias, 0.bias, true",
    "*.bias, bias, false",
    "*, anything.at.all, true",
    "?.weight, 0.weight, true",
    "?.weight, 10.weight, false",
    "fc, fc.weight, false",
    "fc.weight, fc.weight, true",
    "a*b*c, aXbYbZc, true",
    "a*b*c, aXbYbZ, false",
    "*a*, bab, true",
    "**, x, true",
    "x.+, x.x, false",
  })
  void matchesTheWholeName(String glob, String name, boolean expected) {
    assertEquals(expected, new NamePattern(glob).matches(name));
  }

  @Test
  void agreesWithRegularExpressions() {
    var random = new Random(3);
    for (int i = 0; i < 20_000; i++) {
      String glob = draw(random, "ab.*?", 1 + random.nextInt(6));
      String name = draw(random, "ab.", random.nextInt(8));
      String regex = glob.replace(".", "\\.").replace("*", ".*").replace("?", ".");
      assertEquals(name.matches(regex), new NamePattern(glob).matches(name), glob + " " + name);
    }
  }

  private static String draw(Random random, String letters, int length) {
    var text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(letters.charAt(random.nextInt(letters.length())));
    }
    return text.toString();
  }

  @Test
  void aPatternThatMatchesNothingListsTheNames() {
    var names = List.of("fc1.weight", "fc1.bias", "fc2.weight");
    assertEquals(Set.of("fc1.weight", "fc1.bias"), new NamePattern("fc1*").select("test", names));
    MerapiException error =
        assertThrows(MerapiException.class, () -> new NamePattern("conv*").select("freeze", names));
    assertEquals(Kind.ARGUMENT, error.kind());
    assertTrue(
        error.getMessage().contains("freeze") && error.getMessage().contains("fc2.weight"),
        error.getMessage());
    assertThrows(MerapiException.class, () -> new NamePattern(""));
  }
}
