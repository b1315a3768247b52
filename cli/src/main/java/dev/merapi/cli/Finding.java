package dev.merapi.cli;

/// One line of `merapi doctor`.
///
/// @param subject what was looked at
/// @param text what was found
/// @param advice what to do about it, empty if all is well
record Finding(String subject, String text, String advice) {
  static Finding good(String subject, String text) {
    return new Finding(subject, text, "");
  }

  boolean good() {
    return advice.isEmpty();
  }
}
