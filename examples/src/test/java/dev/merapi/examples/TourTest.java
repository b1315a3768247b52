package dev.merapi.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TourTest {
  @Test
  void theTourGoesFromATableToAModelThatServes(@TempDir Path folder) {
    double right = Tour.run(folder);
    assertTrue(right > 0.9, () -> "accuracy " + right);
    assertTrue(Files.exists(folder.resolve("iris.merapi")));
  }
}
