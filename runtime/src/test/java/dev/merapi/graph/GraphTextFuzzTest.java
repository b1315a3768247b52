package dev.merapi.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.fail;

import dev.merapi.MerapiException;
import dev.merapi.samples.OpSamples;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Damaged texts either are graphs or give a [MerapiException]: never another exception, never a
/// long time.
class GraphTextFuzzTest {
  private static final int MUTANTS = 4000;
  private static final String PIECES = "%0123456789,:;=()[]{}\"\\$@#.+-*xNiaf \n\u0000é";
  private static final List<String> WORDS =
      List.of(
          "f32",
          "i32",
          "bool",
          "map",
          "let ",
          "neg(",
          "99999999999",
          "-1",
          "2147483647",
          "floordiv(N,0)",
          "9223372036854775807",
          "[]",
          "N*N*N",
          "output ",
          "store ",
          "nan#7fc00001",
          "inf",
          "\\u0000",
          "monoid=max",
          "axis=",
          "%0",
          "true",
          "conv.data",
          "N+M+1");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void mutantsAreGraphsOrErrors(long seed) {
    var random = new Random(seed);
    List<String> texts =
        OpSamples.all().stream().map(sample -> GraphPrinter.print(sample.graph())).toList();
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          for (int i = 0; i < MUTANTS; i++) {
            String text = texts.get(random.nextInt(texts.size()));
            for (int damage = random.nextInt(1, 5); damage > 0; damage--) {
              text = damaged(text, texts, random);
            }
            check(text, seed);
          }
        });
  }

  private static String damaged(String text, List<String> texts, Random random) {
    int at = random.nextInt(text.length() + 1);
    int to = Math.min(text.length(), at + random.nextInt(1, 12));
    String before = text.substring(0, at);
    String behind = text.substring(at);
    String other = texts.get(random.nextInt(texts.size()));
    int cut = random.nextInt(other.length());
    return switch (random.nextInt(7)) {
      case 0 -> before + PIECES.charAt(random.nextInt(PIECES.length())) + behind;
      case 1 -> before + text.substring(to);
      case 2 -> before + WORDS.get(random.nextInt(WORDS.size())) + behind;
      case 3 -> before + WORDS.get(random.nextInt(WORDS.size())) + text.substring(to);
      case 4 -> before + text.substring(at, to).repeat(random.nextInt(2, 40)) + text.substring(to);
      case 5 -> before + other.substring(cut);
      default -> before;
    };
  }

  private static void check(String text, long seed) {
    try {
      Graph graph = GraphParser.parse(text);
      assertEquals(graph, GraphParser.parse(GraphPrinter.print(graph)), text);
    } catch (MerapiException e) {
      if (e.getMessage().length() > 20_000) {
        fail("seed " + seed + ": an error of " + e.getMessage().length() + " characters");
      }
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError("seed " + seed + ": " + text, e);
    }
  }
}
