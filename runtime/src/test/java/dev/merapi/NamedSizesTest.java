package dev.merapi;

import static dev.merapi.Fits.KEY;
import static dev.merapi.Fits.REFERENCE;
import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.Losses.mse;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.merapi.MerapiException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class NamedSizesTest {
  private static void assertRefused(String message, Executable work) {
    var error = assertThrows(MerapiException.class, work);
    assertEquals(Kind.ARGUMENT, error.kind());
    assertEquals(message, error.getMessage());
  }

  @Test
  void aSizeThatTheModelDoesNotHaveIsRefused() {
    Model model = Model.of(relu(), input("x", f32("N", 2, "T")), KEY);
    CompileOptions options = REFERENCE.upTo("N", 4).size("T", 3);
    assertRefused(
        "options: no such size: name=M, sizes=[N, T]", () -> model.compile(options.size("M", 2)));
    assertRefused(
        "options: no such size: name=B, M, sizes=[N, T]",
        () -> model.compile(options.upTo("M", 2).size("B", 1)));
    assertRefused(
        "options: no such size: name=n, sizes=[N, T]",
        () -> model.trainStep(mse(), sgd(1), options.size("n", 2)));
    model.compile(options).close();
  }

  @Test
  void aTrainerRefusesItToo() {
    Trainer trainer = Fits.trainer(Fits.model(1)).compile(REFERENCE.size("M", 2));
    String message = "options: no such size: name=M, sizes=[N]";
    assertRefused(message, () -> trainer.predict(Fits.rows(3, 1).inputs()));
    assertRefused(message, () -> trainer.evaluate(Fits.rows(3, 1)));
  }
}
