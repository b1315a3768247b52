package dev.merapi.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/// A command executed in this JVM, and what it said.
record CommandRun(int code, String out, String err) {
  static CommandRun of(CommandLine command, String... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    int code =
        command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(args);
    return new CommandRun(code, out.toString(), err.toString());
  }

  /// One line that names the mistake and where to look, and nothing else.
  void assertWrongUsage(String named) {
    assertEquals(CommandLine.ExitCode.USAGE, code);
    assertTrue(err.contains(named), err);
    assertTrue(err.contains("--help"), err);
    assertEquals(1, err.lines().count(), err);
    assertEquals("", out);
  }
}
