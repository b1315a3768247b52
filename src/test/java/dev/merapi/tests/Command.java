package dev.merapi.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A program that is run to its end in a process of its own.
///
/// @param folder where it runs
/// @param words the program and its arguments
/// @param environment variables that are set besides those of the tests
record Command(Path folder, List<String> words, Map<String, String> environment) {
  private static final int MINUTES = 20;

  /// What a program left behind.
  record Outcome(int exit, String out, String err) {
    @Override
    public String toString() {
      return "exit " + exit + "\n--- out\n" + out + "\n--- err\n" + err;
    }
  }

  static Command of(Path folder, List<String> words) {
    return new Command(folder, words, Map.of());
  }

  Command with(String variable, String value) {
    var more = new HashMap<>(environment);
    more.put(variable, value);
    return new Command(folder, words, more);
  }

  Outcome run() throws IOException, InterruptedException {
    // Files, as a pipe that nobody empties would stop the program.
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    var builder =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    // What these add to every JVM is not what is tested.
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
    process.destroyForcibly();
    var outcome =
        new Outcome(ended ? process.exitValue() : -1, Files.readString(out), Files.readString(err));
    if (!ended) {
      throw new AssertionError(words + " took over " + MINUTES + " minutes: " + outcome);
    }
    return outcome;
  }
}
