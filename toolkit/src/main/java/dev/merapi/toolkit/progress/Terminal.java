package dev.merapi.toolkit.progress;

import java.io.Console;

/// What is known of the terminal that the program was started on, if it was.
public final class Terminal {
  private Terminal() {}

  /// Whether a person at a terminal sees the standard output, and the cursor can go back to the
  /// margin.
  public static boolean isInteractive() {
    Console console = System.console();
    return console != null && console.isTerminal() && !"dumb".equals(System.getenv("TERM"));
  }
}
