package dev.merapi.tests;

import java.nio.file.Path;

/// The modules that `dev.merapi:merapi` brings.
enum LibraryModule {
  RUNTIME("runtime", "merapi-runtime"),
  KERNELS("kernels", "merapi-kernels"),
  FORMAT("model-format", "merapi-format"),
  DIST("dist", "merapi");

  static final String VERSION = System.getProperty("merapi.version");

  private final String folder;
  private final String artifact;

  LibraryModule(String folder, String artifact) {
    this.folder = folder;
    this.artifact = artifact;
  }

  String artifact() {
    return artifact;
  }

  Path folder() {
    return Checkout.root().resolve(folder);
  }

  /// A file that its build made.
  ///
  /// @param suffix what follows the version in its name: `.jar`, `-sources.jar`
  Path built(String suffix) {
    return folder().resolve("target").resolve(artifact + "-" + VERSION + suffix);
  }
}
