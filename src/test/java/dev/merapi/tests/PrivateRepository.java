package dev.merapi.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A local Maven repository in which this build's library is installed, as `mvn install` would.
///
/// Everything else is there through links to the repository of the surrounding build. So Maven
/// downloads nothing twice, and of this build nothing gets into the repository that other projects
/// of this machine use.
///
/// @param folder where it is
record PrivateRepository(Path folder) implements AutoCloseable {
  /// @param folder where it shall be
  /// @param surrounding the repository that the surrounding build uses
  static PrivateRepository create(Path folder, Path surrounding) throws IOException {
    var repository = withoutMerapi(folder, surrounding);
    repository.install("merapi-parent", ".pom", Checkout.root().resolve("pom.xml"));
    for (var module : LibraryModule.values()) {
      repository.install(module.artifact(), ".pom", module.folder().resolve("pom.xml"));
      repository.install(module.artifact(), ".jar", module.built(".jar"));
    }
    return repository;
  }

  /// One in which nothing of Merapi is installed yet.
  static PrivateRepository withoutMerapi(Path folder, Path surrounding) throws IOException {
    linkAllBut("dev", surrounding, folder);
    linkAllBut("merapi", surrounding.resolve("dev"), folder.resolve("dev"));
    return new PrivateRepository(folder);
  }

  /// What is installed of a module, such as `.jar` or `-sources.jar`.
  Path installed(LibraryModule module, String suffix) {
    return place(module.artifact())
        .resolve(module.artifact() + "-" + LibraryModule.VERSION + suffix);
  }

  /// Where an artifact is installed.
  Path place(String artifact) {
    return folder.resolve("dev/merapi").resolve(artifact).resolve(LibraryModule.VERSION);
  }

  /// Takes the links away, so that whoever deletes the folder cannot follow them.
  @Override
  public void close() throws IOException {
    for (Path linked : List.of(folder, folder.resolve("dev"))) {
      try (var entries = Files.newDirectoryStream(linked, Files::isSymbolicLink)) {
        for (Path link : entries) {
          Files.delete(link);
        }
      }
    }
  }

  private static void linkAllBut(String name, Path there, Path here) throws IOException {
    Files.createDirectories(here);
    if (!Files.isDirectory(there)) {
      return;
    }
    try (var entries = Files.newDirectoryStream(there)) {
      for (Path entry : entries) {
        if (!entry.endsWith(name)) {
          Files.createSymbolicLink(here.resolve(entry.getFileName()), entry);
        }
      }
    }
  }

  private void install(String artifact, String extension, Path file) throws IOException {
    Path place = place(artifact);
    Files.createDirectories(place);
    Files.copy(file, place.resolve(artifact + "-" + LibraryModule.VERSION + extension));
  }
}
