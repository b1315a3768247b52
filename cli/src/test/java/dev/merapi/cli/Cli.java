package dev.merapi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine;

/// The command in this JVM, with what it prints.
final class Cli {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine merapi =
      Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

  int run(Object... words) {
    return merapi.execute(List.of(words).stream().map(Object::toString).toArray(String[]::new));
  }

  /// Runs what has to succeed.
  String succeed(Object... words) {
    int exit = run(words);
    assertEquals(0, exit, err.toString());
    assertEquals("", err.toString());
    return out();
  }

  /// Runs what has to fail, and gives the one line that says why, without `merapi: `.
  static String fail(int exit, Object... words) {
    var cli = new Cli();
    assertEquals(exit, cli.run(words), cli.err.toString());
    List<String> lines = cli.err.toString().lines().toList();
    assertEquals(1, lines.size(), cli.err.toString());
    assertTrue(lines.getFirst().startsWith("merapi: "), lines.getFirst());
    return lines.getFirst().substring("merapi: ".length());
  }

  String out() {
    return out.toString().replace(System.lineSeparator(), "\n");
  }

  String err() {
    return err.toString();
  }

  CommandLine commandLine() {
    return merapi;
  }
}
