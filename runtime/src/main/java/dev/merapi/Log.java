package dev.merapi;

import java.lang.System.Logger.Level;

/// The library's logger, found when there is something to say: the search takes the JVM 20 ms.
final class Log {
  private static final class Found {
    static final System.Logger LOGGER = System.getLogger("dev.merapi");
  }

  private Log() {}

  static void warning(String text) {
    Found.LOGGER.log(Level.WARNING, text);
  }

  static void warning(String text, Throwable cause) {
    Found.LOGGER.log(Level.WARNING, text, cause);
  }

  static void debug(String text) {
    Found.LOGGER.log(Level.DEBUG, text);
  }

  static void debug(String text, Throwable cause) {
    Found.LOGGER.log(Level.DEBUG, text, cause);
  }

  /// Whether anybody hears of what [#debug] is given.
  static boolean hasDebug() {
    return Found.LOGGER.isLoggable(Level.DEBUG);
  }
}
