package dev.merapi.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.tests.Command.Outcome;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.jar.Attributes.Name;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Merapi as its users get it: a project of its own, with the one dependency.
class LibraryIT {
  private static final String VECTORS = "--add-modules=jdk.incubator.vector";

  /// As on a processor for which there is no machine code.
  private static final String WITHOUT_CODE = "-Dmerapi.target=vector";

  private static final String MISSING =
      "the module jdk.incubator.vector is not there: add --add-modules jdk.incubator.vector";
  private static final String RESTRICTED = "WARNING: A restricted method";

  @TempDir private static Path temp;
  private static PrivateRepository repository;
  private static UserProject app;
  private static UserProject modular;

  @BeforeAll
  static void projectsAreBuilt() throws IOException, InterruptedException {
    Path surrounding = Path.of(System.getProperty("maven.repository"));
    repository = PrivateRepository.create(temp.resolve("repository"), surrounding);
    app = UserProject.create(temp.resolve("app"), repository);
    app.build();
    modular = UserProject.create(temp.resolve("modular"), repository);
    modular.source("module-info.java", "module app {\n  requires dev.merapi;\n}\n");
    modular.build();
  }

  @AfterAll
  static void theRepositoryIsGivenUp() throws IOException {
    repository.close();
  }

  @Test
  void theOneDependencyBringsMerapiAndNothingElse() throws IOException {
    var names =
        app.libraries().stream()
            .map(jar -> jar.getFileName().toString().replaceFirst("-[0-9].*", ""))
            .toList();
    assertEquals(List.of("merapi", "merapi-format", "merapi-kernels", "merapi-runtime"), names);
  }

  @Test
  void theJarsAreUnderThreeMegabytes() throws IOException {
    long bytes = 0;
    for (Path jar : app.libraries()) {
      bytes += Files.size(jar);
    }
    assertTrue(bytes < 3_000_000, "bytes=" + bytes);
  }

  @Test
  void theProgramOfTheReadmeRunsOnTheClassPath() throws IOException, InterruptedException {
    var arguments = new ArrayList<>(Checkout.flagsOfTheReadme());
    arguments.addAll(List.of("-cp", app.path(), "app.FirstProgram"));
    Outcome outcome = app.java(arguments).run();
    assertScoresSevenHighest(outcome);
    assertFalse(outcome.err().contains(RESTRICTED), outcome::toString);
  }

  @Test
  void theProgramOfTheReadmeRunsOnTheModulePath() throws IOException, InterruptedException {
    var access = "--enable-native-access=dev.merapi.runtime,dev.merapi.kernels";
    Outcome outcome =
        modular.java(List.of(access, "-p", modular.path(), "-m", "app/app.FirstProgram")).run();
    assertScoresSevenHighest(outcome);
    assertFalse(outcome.err().contains(RESTRICTED), outcome::toString);
  }

  @Test
  void withoutC2TheVectorTargetRunsOnTwinsAndSaysSo() throws IOException, InterruptedException {
    var arguments = new ArrayList<>(Checkout.flagsOfTheReadme());
    arguments.addAll(List.of(VECTORS, WITHOUT_CODE, "-XX:TieredStopAtLevel=1"));
    arguments.addAll(List.of("-cp", app.path(), "app.FirstProgram"));
    Outcome outcome = app.java(arguments).run();
    assertScoresSevenHighest(outcome);
    assertTrue(
        outcome.err().contains("run without vectors: the JVM runs without C2"), outcome::toString);
  }

  @Test
  void withoutMachineCodeAndVectorModuleTheProgramRunsAsScalarCodeAndSaysSo()
      throws IOException, InterruptedException {
    Outcome outcome = app.java(List.of(WITHOUT_CODE, "-cp", app.path(), "app.FirstProgram")).run();
    assertScoresSevenHighest(outcome);
    assertTrue(
        outcome.err().contains("kernels are Java classes with no vectors: " + MISSING),
        outcome::toString);
  }

  @Test
  void withoutNativeAccessTheJvmWarns() throws IOException, InterruptedException {
    Outcome outcome = app.java(List.of("-cp", app.path(), "app.Service")).run();
    assertServes(outcome);
    assertTrue(outcome.err().contains(RESTRICTED), outcome::toString);
    assertTrue(outcome.err().contains("--enable-native-access=ALL-UNNAMED"), outcome::toString);
  }

  @Test
  void whereTheJvmDeniesNativeAccessTheErrorNamesTheFlag()
      throws IOException, InterruptedException {
    var denied = "--illegal-native-access=deny";
    Outcome outcome = app.java(List.of(denied, "-cp", app.path(), "app.Service")).run();
    assertNotEquals(0, outcome.exit(), outcome::toString);
    assertTrue(
        outcome.err().contains("native access is denied: add --enable-native-access=ALL-UNNAMED"),
        outcome::toString);
  }

  @Test
  void flagsMayComeFromTheManifestAndTheEnvironment() throws IOException, InterruptedException {
    Path jar = executableJar("app.Service");
    Outcome outcome =
        app.java(List.of(WITHOUT_CODE, "-jar", jar.toString()))
            .with("JDK_JAVA_OPTIONS", VECTORS)
            .run();
    assertServes(outcome);
    assertFalse(outcome.err().contains(MISSING), outcome::toString);
    assertFalse(outcome.err().contains(RESTRICTED), outcome::toString);
  }

  @Test
  void filesAreReadAndWrittenWhateverTheContextClassLoader()
      throws IOException, InterruptedException {
    var libraries = app.libraries().stream().map(Path::toString).toList();
    var onClassPath = new ArrayList<>(Checkout.flagsOfTheReadme());
    onClassPath.addAll(List.of("-cp", app.path(), "app.Saving"));
    onClassPath.addAll(libraries);
    assertSavesThreeTimes(app.java(onClassPath).run());
    var onModulePath = new ArrayList<>(List.of("-p", modular.path(), "-m", "app/app.Saving"));
    onModulePath.addAll(libraries);
    assertSavesThreeTimes(modular.java(onModulePath).run());
  }

  private static void assertSavesThreeTimes(Outcome outcome) {
    assertEquals(0, outcome.exit(), outcome::toString);
    assertEquals(
        List.of("read", "read", "read"), outcome.out().lines().toList(), outcome::toString);
  }

  /// As a Spring Boot jar or an application server has it: the classes are not the system loader's.
  @Test
  void theClassesMayComeFromALoaderOfTheirOwn() throws Exception {
    var urls = new ArrayList<>(List.of(app.target("classes").toUri().toURL()));
    for (Path jar : app.libraries()) {
      urls.add(jar.toUri().toURL());
    }
    try (var loader =
        new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
      var service = loader.loadClass("app.Service").getConstructor().newInstance();
      assertEquals("cpu 3", ((Callable<?>) service).call());
    }
  }

  private static void assertScoresSevenHighest(Outcome outcome) {
    assertEquals(0, outcome.exit(), outcome::toString);
    double[] scores =
        Arrays.stream(outcome.out().strip().replaceAll("[\\[\\]]", "").split(", "))
            .mapToDouble(Double::parseDouble)
            .toArray();
    assertEquals(10, scores.length, outcome::toString);
    assertEquals(Arrays.stream(scores).max().orElseThrow(), scores[7], outcome::toString);
  }

  private static void assertServes(Outcome outcome) {
    assertEquals(0, outcome.exit(), outcome::toString);
    assertEquals("cpu 3", outcome.out().strip(), outcome::toString);
  }

  private static Path executableJar(String main) throws IOException {
    var manifest = new Manifest();
    var attributes = manifest.getMainAttributes();
    attributes.put(Name.MANIFEST_VERSION, "1.0");
    attributes.put(Name.MAIN_CLASS, main);
    attributes.putValue("Enable-Native-Access", "ALL-UNNAMED");
    String libraries =
        app.libraries().stream()
            .map(jar -> jar.toUri().toString())
            .collect(Collectors.joining(" "));
    attributes.put(Name.CLASS_PATH, app.target("classes").toUri() + " " + libraries);
    Path jar = temp.resolve("app.jar");
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    return jar;
  }
}
