package dev.merapi.cli;

/// Nobody reads the output any more: what is left to do need not be done, and nothing is to be
/// said.
final class OutputClosed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  OutputClosed() {
    super("nobody reads the output", null, false, false);
  }
}
