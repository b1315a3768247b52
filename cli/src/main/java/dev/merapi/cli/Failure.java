package dev.merapi.cli;

import dev.merapi.MerapiException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/// Says in one line what went wrong.
final class Failure {
  private Failure() {}

  /// Merapi's own messages are written for users, and what the file system says can be told in
  /// their words; everything else should not have happened.
  static String line(Throwable failure) {
    String text =
        switch (failure) {
          case MerapiException ours -> ours.getMessage();
          case UncheckedIOException _ when failure.getCause() instanceof IOException cause ->
              file(cause);
          case IOException direct -> file(direct);
          case OutOfMemoryError _ ->
              "not enough memory: " + failure.getMessage() + "; hint: MERAPI_JAVA_OPTS=-Xmx8g";
          default -> "this is a bug: " + failure + "; please report it with what --debug shows";
        };
    return oneLine(text);
  }

  static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  private static String file(IOException failure) {
    return switch (failure) {
      case NoSuchFileException missing -> "no such file or folder: " + missing.getFile();
      case AccessDeniedException denied -> "not allowed: " + denied.getFile();
      case FileSystemException other when other.getReason() != null ->
          other.getReason().toLowerCase(Locale.ROOT) + ": " + other.getFile();
      default -> "reading or writing failed: " + failure.getMessage();
    };
  }
}
