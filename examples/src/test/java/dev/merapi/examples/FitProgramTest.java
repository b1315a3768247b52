package dev.merapi.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.CompileOptions;
import dev.merapi.Evaluation;
import dev.merapi.Model;
import dev.merapi.Trainer;
import dev.merapi.data.Dataset;
import dev.merapi.train.Losses;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FitProgramTest {
  @TempDir private Path folder;

  @Test
  void whatIsSavedDoesAsWellAsWhatWasTrained() {
    Dataset test = Digits.testSet().slice(0, 300);
    Path file = folder.resolve("digits.merapi");
    Evaluation trained =
        FitProgram.run(LeNet.model(1), Digits.trainSet().slice(0, 1_000), test, file);
    assertTrue(trained.metric("accuracy") > 0.85, trained.toString());
    Trainer loaded =
        Trainer.of(Model.load(file)).loss(Losses.crossEntropy()).compile(CompileOptions.cpu());
    assertEquals(trained.loss(), loaded.evaluate(test).loss());
  }
}
