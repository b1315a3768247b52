package dev.merapi.tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is published beside a library's jar: its sources and its documentation.
class PublishedJarsIT {
  @ParameterizedTest
  @EnumSource
  void theSourcesAreThoseOfTheModule(LibraryModule module) throws IOException {
    try (var jar = new ZipFile(module.built("-sources.jar").toFile())) {
      var held = names(jar);
      held.removeIf(name -> !name.endsWith(".java"));
      assertEquals(sources(module), held);
    }
  }

  @ParameterizedTest
  @EnumSource
  @Tag("javadoc")
  void theDocumentationIsOfTheExportedPackages(LibraryModule module) throws IOException {
    var descriptor = ModuleFinder.of(module.built(".jar")).findAll().iterator().next().descriptor();
    var elements = new ArrayList<>(List.of("module:" + descriptor.name()));
    Set<String> exported =
        descriptor.exports().stream().map(Exports::source).collect(Collectors.toSet());
    // Of a module that exports nothing, as its services do all, javadoc documents everything.
    Set<String> documented = exported.isEmpty() ? descriptor.packages() : exported;
    documented.stream().sorted().forEach(elements::add);
    try (var jar = new ZipFile(module.built("-javadoc.jar").toFile())) {
      assertTrue(names(jar).contains("index.html"));
      try (var list = jar.getInputStream(jar.getEntry("element-list"))) {
        assertEquals(elements, new String(list.readAllBytes(), UTF_8).lines().toList());
      }
    }
  }

  private static Set<String> names(ZipFile jar) {
    return jar.stream().map(ZipEntry::getName).collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> sources(LibraryModule module) throws IOException {
    Path folder = module.folder().resolve("src/main/java");
    try (var files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
