package dev.merapi.tests;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/// The borders that the module system does not draw.
class ArchitectureTest {
  private static final String KERNELS = "dev.merapi.kernels..";

  /// All but tests and benchmarks.
  private static final JavaClasses PRODUCT =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.merapi")
          .that(
              DescribedPredicate.not(
                  resideInAnyPackage("dev.merapi.samples..", "dev.merapi.tests..")));

  /// What a service embeds: the runtime and the kernels, without programs.
  private static final JavaClasses LIBRARY =
      PRODUCT.that(
          DescribedPredicate.not(
              resideInAnyPackage(
                  "dev.merapi.cli..", "dev.merapi.examples..", "dev.merapi.toolkit..")));

  private static final DescribedPredicate<JavaClass> RUNTIME =
      resideInAPackage("dev.merapi..").and(DescribedPredicate.not(resideInAPackage(KERNELS)));

  @Test
  void runtimeKnowsNothingButItselfAndTheJdk() {
    noClasses()
        .that(RUNTIME)
        .should()
        .dependOnClassesThat(
            DescribedPredicate.not(
                RUNTIME.or(resideInAnyPackage("java..", "javax..", "org.jspecify.annotations"))))
        .check(LIBRARY);
  }

  @Test
  void onlyKernelsUseTheVectorApi() {
    noClasses()
        .that(RUNTIME)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.incubator.vector..")
        .check(LIBRARY);
  }

  @Test
  void theIrKnowsNeitherCompilerNorLayers() {
    noClasses()
        .that()
        .resideInAPackage("dev.merapi.graph..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.merapi.compiler..", "dev.merapi.nn..", "dev.merapi.autodiff..", KERNELS)
        .check(LIBRARY);
  }

  @Test
  void noThreadDecidesByItsContextClassLoaderWhatIsFound() {
    noClasses()
        .should()
        .callMethod(ServiceLoader.class, "load", Class.class)
        .orShould()
        .callMethod(Thread.class, "getContextClassLoader")
        .check(PRODUCT);
  }

  @Test
  void noReflection() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.lang.reflect..")
        .check(LIBRARY);
  }

  @Test
  void nothingMutableIsStatic() {
    fields().that().areStatic().should().beFinal().check(LIBRARY);
  }

  @Test
  void theLibraryDoesNotPrint() {
    NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(LIBRARY);
  }
}
