package dev.merapi.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.Model;
import dev.merapi.format.MerapiReader;
import dev.merapi.kernels.CpuBackendProvider;
import java.io.IOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the build makes of `invokedynamic`: `src/indy`.
class WithoutIndyTest {
  private static final Path TOOL = Path.of("src", "indy", "dev", "merapi", "indy");

  /// The JVM itself says what the classes mean: as javac wrote them, it links their dynamic calls.
  @Test
  void classesMeanWhatTheyMeantBefore(@TempDir Path folder) throws Exception {
    Path before = Files.createDirectory(folder.resolve("before"));
    compile(before);
    List<?> expected = lines(before);

    Path after = Files.createDirectory(folder.resolve("after"));
    compile(after);
    rewrite(folder, after);
    assertEquals(expected, lines(after));
    assertTrue(expected.size() > 40, () -> "shown: " + expected);
    // The serializable lambda, and a switch by constants and types at once, stay as they are.
    assertEquals(List.of("Sample.class"), withDynamicCalls(after));
    var functions = ClassFile.of().parse(after.resolve("Sample$$Functions.class"));
    var file = functions.findAttribute(Attributes.sourceFile()).orElseThrow();
    assertEquals("Sample.java", file.sourceFile().stringValue(), "for stack traces");
    rewrite(folder, after);
    assertEquals(expected, lines(after), "rewritten again");
  }

  @ParameterizedTest
  @ValueSource(classes = {Model.class, CpuBackendProvider.class, MerapiReader.class})
  void librariesHaveNoDynamicCalls(Class<?> one) throws Exception {
    URI place = one.getProtectionDomain().getCodeSource().getLocation().toURI();
    if (Files.isDirectory(Path.of(place))) {
      assertEquals(List.of(), withDynamicCalls(Path.of(place)));
    } else {
      try (FileSystem jar = FileSystems.newFileSystem(Path.of(place), Map.of())) {
        assertEquals(List.of(), withDynamicCalls(jar.getPath("/")));
      }
    }
  }

  private static void compile(Path folder) throws IOException {
    Path source = folder.resolve("Sample.java");
    Files.writeString(source, Checkout.read("src/test/resources/indy/Sample.java.txt"));
    String[] words = {"-d", folder.toString(), "-XDstringConcat=inline", source.toString()};
    assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, words));
    Files.delete(source);
  }

  private static void rewrite(Path folder, Path classes) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String tool = Checkout.root().resolve(TOOL).resolve("WithoutIndy.java").toString();
    var outcome = Command.of(folder, List.of(java, tool, classes.toString())).run();
    assertEquals(0, outcome.exit(), outcome::toString);
  }

  private static List<?> lines(Path classes) throws Exception {
    try (var loader = new URLClassLoader(new URL[] {classes.toUri().toURL()}, null)) {
      return (List<?>) loader.loadClass("Sample").getMethod("run").invoke(null);
    }
  }

  private static List<String> withDynamicCalls(Path folder) throws IOException {
    var found = new ArrayList<String>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
        var model = ClassFile.of().parse(Files.readAllBytes(file));
        if (model.findAttribute(Attributes.bootstrapMethods()).isPresent()) {
          found.add(file.getFileName().toString());
        }
      }
    }
    return found;
  }
}
