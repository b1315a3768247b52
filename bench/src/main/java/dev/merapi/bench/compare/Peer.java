package dev.merapi.bench.compare;

import java.util.Locale;

/// Whom our networks are timed beside.
enum Peer {
  /// ONNX Runtime's Java API, with as many threads.
  ONNX_RUNTIME("ONNX Runtime " + OnnxRuntimeNetwork.version(), OnnxRuntimeNetwork.SETTINGS),

  /// Ourselves on one thread: what more threads bring, and that they never lose.
  ONE_THREAD("one thread", "Merapi, the same options but for the threads");

  private final String title;
  private final String settings;

  Peer(String title, String settings) {
    this.title = title;
    this.settings = settings;
  }

  /// As the table and the JSON name it.
  String title() {
    return title;
  }

  /// How it is set up, for people.
  String settings() {
    return settings;
  }

  /// The word of the command line: `onnx-runtime`, `one-thread`.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
