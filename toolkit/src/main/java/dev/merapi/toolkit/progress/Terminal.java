package dev.merapi.toolkit.progress;

import java.io.Console;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What is known of the terminal that the program was started on, if it was.
public final class Terminal {
  /// The width where none is known.
  static final int USUAL = 80;

  private static final int NARROWEST = 20;
  private static final File DEVICE = new File("/dev/tty");
  private static final Pattern WIDTH = Pattern.compile("[1-9][0-9]{0,3}");
  private static final Pattern SIZE = Pattern.compile("\\d+ (\\d+)");

  private Terminal() {}

  /// Whether a person at a terminal sees the standard output, and the cursor can go back to the
  /// margin.
  public static boolean isInteractive() {
    Console console = System.console();
    return console != null && console.isTerminal() && !"dumb".equals(System.getenv("TERM"));
  }

  /// Characters in a line: what `COLUMNS` in the environment says, else what the terminal does; 80
  /// if neither knows.
  public static int columns() {
    return columns(Optional.ofNullable(System.getenv("COLUMNS")), Terminal::size);
  }

  /// What asks the terminal.
  interface Question {
    /// `rows columns`, or something else.
    String answer() throws IOException;
  }

  static int columns(Optional<String> environment, Question terminal) {
    Optional<String> width = environment.filter(each -> WIDTH.matcher(each).matches());
    if (width.isEmpty()) {
      width = asked(terminal);
    }
    return width.map(each -> Math.max(NARROWEST, Integer.parseInt(each))).orElse(USUAL);
  }

  private static Optional<String> asked(Question terminal) {
    try {
      Matcher size = SIZE.matcher(terminal.answer().strip());
      return size.matches() && WIDTH.matcher(size.group(1)).matches()
          ? Optional.of(size.group(1))
          : Optional.empty();
    } catch (IOException _) {
      return Optional.empty(); // no terminal, or a system without that command
    }
  }

  private static String size() throws IOException {
    Process stty =
        new ProcessBuilder("stty", "size")
            .redirectInput(DEVICE)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    return new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
  }
}
