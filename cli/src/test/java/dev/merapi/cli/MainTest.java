package dev.merapi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine merapi =
      Main.commandLine()
          .addSubcommand(new Fails())
          .addSubcommand(new Breaks())
          .addSubcommand(new Closed())
          .setOut(new PrintWriter(out))
          .setErr(new PrintWriter(err));

  @Command(name = "fails")
  static final class Fails implements Callable<Integer> {
    @Override
    public Integer call() {
      throw MerapiException.of(Kind.ARGUMENT, "no such thing").with("thing", "x");
    }
  }

  @Command(name = "breaks")
  static final class Breaks implements Callable<Integer> {
    @Override
    public Integer call() {
      throw new IllegalStateException("oh");
    }
  }

  @Command(name = "closed")
  static final class Closed implements Callable<Integer> {
    @Override
    public Integer call() {
      throw new OutputClosed();
    }
  }

  @Test
  void noSubCommandIsWrongUsageAndPointsToTheHelp() {
    assertEquals(2, merapi.execute());
    assertEquals("merapi: Missing required subcommand (see merapi --help)\n", normalised(err));
  }

  @Test
  void misspelledSubCommandIsCorrected() {
    assertEquals(2, merapi.execute("docter"));
    assertEquals(
        "merapi: Unknown command: 'docter'; did you mean doctor? (see merapi --help)\n",
        normalised(err));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--bogus | Unknown option: '--bogus' (see merapi --help)",
        "train lenet --epoch 1 | Unknown option: '--epoch'; did you mean --epochs? (see merapi train --help)",
        "train lenet wine | Unexpected argument: 'wine' (see merapi train --help)",
        "inspect x.merapi --size 3 | Value for option '--size' (NAME=N) should be in KEY=VALUE format but was 3 (see merapi inspect --help)",
        "help trian | Unknown command: 'trian'; did you mean train? (see merapi --help)"
      })
  void wrongUsageIsSaidInOneLine(String words, String expected) {
    assertEquals(2, merapi.execute(words.split(" ")));
    assertEquals("merapi: " + expected + "\n", normalised(err));
  }

  @Test
  void helpIsACommandToo() {
    assertEquals(0, merapi.execute("help"));
    assertTrue(normalised(out).startsWith("Usage: merapi "), out.toString());
    assertEquals(0, merapi.execute("help", "train"));
    assertTrue(normalised(out).contains("\nUsage: merapi train"), out.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "train", "run", "inspect", "bench", "seeds", "doctor", "completion", "help"})
  void helpFitsATerminalOfEightyColumns(String command) {
    assertEquals(0, merapi.execute((command + " --help").strip().split(" ")));
    assertTrue(
        normalised(out).lines().allMatch(line -> line.stripTrailing().length() <= 80),
        out.toString());
  }

  @Test
  void somethingThatShouldNotHappenIsCalledABug() {
    assertEquals(1, merapi.execute("breaks"));
    assertEquals(
        "merapi: this is a bug: java.lang.IllegalStateException: oh; please report it with what"
            + " --debug shows\n",
        normalised(err));
  }

  @Test
  void debugShowsWhereAFailureCameFrom() {
    assertEquals(1, merapi.execute("--debug", "fails"));
    assertTrue(normalised(err).startsWith("merapi: no such thing: thing=x\n"), err.toString());
    assertTrue(normalised(err).contains("\tat dev.merapi.cli.MainTest$Fails.call"), err.toString());
  }

  @Test
  void whoNoLongerReadsIsToldNothing() {
    assertEquals(1, merapi.execute("closed"));
    assertEquals("", normalised(err));
  }

  @ParameterizedTest
  @ValueSource(strings = {"train", "run", "inspect", "bench", "seeds", "doctor", "completion"})
  void everyCommandExplainsItselfAndKnowsItsVersion(String command) {
    assertEquals(0, merapi.execute(command, "--help"));
    assertTrue(normalised(out).startsWith("Usage: merapi " + command), out.toString());
    assertEquals(0, merapi.execute(command, "--version"));
    assertTrue(
        normalised(out).matches("(?s).*\nmerapi \\d+\\.\\d+\\.\\d+\\S* \\(Java 25.*\\)\n"),
        out.toString());
    assertEquals("", normalised(err));
  }

  @Test
  void completionKnowsCommandsOptionsAndExamples() {
    assertEquals(0, merapi.execute("completion"));
    for (String word : new String[] {"inspect", "--memory", "--epochs", "lenet", "auto"}) {
      assertTrue(normalised(out).contains(word), word);
    }
    // the launcher's own
    assertTrue(normalised(out).contains("completion help compare test"), "compare and test");
    assertFalse(normalised(out).contains("cuda"), "no such backend");
    assertTrue(normalised(out).contains("complete -F _complete_merapi"), "registers itself");
  }

  @Test
  void failureIsOneLineAndExitCodeOne() {
    assertEquals(1, merapi.execute("fails"));
    assertEquals("merapi: no such thing: thing=x\n", normalised(err));
    assertEquals("", out.toString());
  }

  @Test
  void doctorSeesTheFlagsOfTheBuild() {
    merapi.execute("doctor");
    assertTrue(normalised(out).contains("jdk.incubator.vector is present"), out.toString());
    assertTrue(normalised(out).contains("enabled for ALL-UNNAMED"), out.toString());
    for (String subject : new String[] {"java home", "jvm flags", "cpu", "memory", "huge pages"}) {
      assertTrue(normalised(out).contains("\n" + subject + " "), subject + "\n" + out);
    }
    assertTrue(
        normalised(out).matches("(?s).*backend cpu +(machine code for AVX|Java classes with ).*"),
        out.toString());
  }

  @Test
  void anOlderJavaIsAFindingWithAdvice() {
    var finding = Surroundings.version(Runtime.Version.parse("21.0.4"));
    assertEquals("run it on a JDK 25", finding.advice());
  }

  private static String normalised(StringWriter text) {
    return text.toString().replace(System.lineSeparator(), "\n");
  }
}
