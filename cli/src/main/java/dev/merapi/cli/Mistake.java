package dev.merapi.cli;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// Says in one line what is wrong with the arguments of a command.
final class Mistake {
  /// What `help` says of a command that is not there.
  private static final Pattern SUBCOMMAND = Pattern.compile("Unknown subcommand '(.*)'\\.");

  private Mistake() {}

  static String line(ParameterException mistake) {
    String text =
        mistake instanceof UnmatchedArgumentException unmatched
            ? unmatched(unmatched)
            : others(String.valueOf(mistake.getMessage()), mistake.getCommandLine());
    String help = mistake.getCommandLine().getCommandSpec().qualifiedName() + " --help";
    return Failure.oneLine(text) + " (see " + help + ")";
  }

  /// Only the first word that nobody knows: those behind it may be its values.
  private static String unmatched(UnmatchedArgumentException mistake) {
    String word = mistake.getUnmatched().getFirst();
    if (mistake.isUnknownOption()) {
      List<String> near = mistake.getSuggestions();
      String guess = near.isEmpty() ? "" : "; did you mean " + near.getFirst() + "?";
      return "Unknown option: '" + word + "'" + guess;
    }
    CommandLine command = mistake.getCommandLine();
    return command.getSubcommands().isEmpty()
        ? "Unexpected argument: '" + word + "'"
        : unknown(word, command);
  }

  /// picocli's own words, but for two that can be better.
  private static String others(String text, CommandLine command) {
    Matcher subcommand = SUBCOMMAND.matcher(text);
    return subcommand.matches()
        ? unknown(subcommand.group(1), command)
        : text.replace("option option", "option");
  }

  private static String unknown(String word, CommandLine command) {
    return "Unknown command: '"
        + word
        + "'"
        + Closest.question(word, command.getSubcommands().keySet());
  }
}
