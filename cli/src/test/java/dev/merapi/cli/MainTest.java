package dev.merapi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine merapi =
      Main.commandLine()
          .addSubcommand(new Fails())
          .setOut(new PrintWriter(out))
          .setErr(new PrintWriter(err));

  @Command(name = "fails")
  static final class Fails implements Callable<Integer> {
    @Override
    public Integer call() {
      throw MerapiException.of(Kind.ARGUMENT, "no such thing").with("thing", "x");
    }
  }

  @Test
  void noSubCommandIsWrongUsageAndPointsToTheHelp() {
    assertEquals(2, merapi.execute());
    assertEquals("merapi: Missing required subcommand\nTry `merapi --help`.\n", normalised(err));
  }

  @Test
  void misspelledSubCommandIsCorrected() {
    assertEquals(2, merapi.execute("docter"));
    assertTrue(normalised(err).contains("doctor"), err.toString());
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
