package dev.merapi;

import static dev.merapi.Fits.REFERENCE;
import static dev.merapi.Fits.model;
import static dev.merapi.Fits.rows;
import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.optim.Adam.adam;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.FitOption.batch;
import static dev.merapi.train.FitOption.dropLast;
import static dev.merapi.train.FitOption.epochs;
import static dev.merapi.train.FitOption.fullBatch;
import static dev.merapi.train.FitOption.noShuffle;
import static dev.merapi.train.Losses.bce;
import static dev.merapi.train.Losses.crossEntropy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException.Kind;
import dev.merapi.data.Batches;
import dev.merapi.data.Batches.Batch;
import dev.merapi.memory.HostTensor;
import dev.merapi.nn.Sequential;
import dev.merapi.train.FitOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Updates by the gradients of several batches, where the batches of an epoch are no multiple.
class AccumulationTest {
  private static Model fitted(int rows, int accumulate, FitOption... how) {
    Model model = model(1);
    Trainer trainer = Trainer.of(model).loss(bce()).optimizer(sgd(0.5).momentum(0.9));
    trainer.accumulate(accumulate).compile(REFERENCE).fit(rows(rows, 1), how);
    return model;
  }

  private static void assertClose(Model expected, Model actual) {
    for (String name : expected.parameters().keySet()) {
      float[] wanted = expected.parameter(name).toFloats();
      float[] got = actual.parameter(name).toFloats();
      for (int i = 0; i < wanted.length; i++) {
        assertEquals(wanted[i], got[i], 1e-5, name + " " + i);
      }
    }
  }

  @Test
  void moreBatchesThanAnEpochHasMakeOneUpdateInEach() {
    Model whole = fitted(12, 1, epochs(3), fullBatch(), noShuffle());
    Model parts = fitted(12, 100, epochs(3), batch(3), noShuffle());
    assertNotEquals(Fits.weights(model(1)), Fits.weights(parts));
    assertClose(whole, parts);
  }

  @Test
  void theBatchesThatAreLeftMakeAnUpdateAtTheEndOfEachEpoch() {
    Model large = fitted(15, 1, epochs(3), batch(6), noShuffle()); // 6, 6, 3
    Model parts = fitted(15, 2, epochs(3), batch(3), noShuffle()); // 3 + 3, 3 + 3, 3
    assertClose(large, parts);
  }

  @Test
  void aScheduleCountsUpdates() {
    var moments = new ArrayList<String>();
    Trainer trainer =
        Fits.trainer(model(1))
            .accumulate(2)
            .schedule(moment -> {
              moments.add(moment.step() + "/" + moment.totalSteps() + " " + moment.epochsPassed());
              return 1;
            });
    trainer.fit(rows(15, 1), epochs(2), batch(3));
    assertEquals(
        List.of(
            "0/6 0", "0/6 0", "1/6 0", "1/6 0", "2/6 0", "3/6 1", "3/6 1", "4/6 1", "4/6 1",
            "5/6 1"),
        moments);
  }

  @Test
  void aStepUpdatesWhenItIsAskedTo() {
    TrainOptions three = TrainOptions.of(bce(), adam(0.1)).accumulate(3);
    try (TrainStep step = model(1).trainStep(three, REFERENCE.size("N", 3));
        TrainStep other = model(1).trainStep(three, REFERENCE.size("N", 3))) {
      List<Batch> batches = Batches.of(rows(9, 1), 3).epoch(0);
      fill(step, batches.get(0));
      step.run();
      step.runAndUpdate();
      assertEquals(1, number(step, "step"));
      assertEquals(0, number(step, "accumulated"));
      assertEquals(0, number(step, "update_now"));
      for (int run = 1; run <= 3; run++) { // a whole group of three follows
        assertEquals(1, number(step, "step"));
        step.run();
      }
      assertEquals(2, number(step, "step"));
      fill(other, batches.get(0)); // of equal gradients, the mean of two is that of three
      other.run();
      other.run();
      other.run();
      other.restore(other.state());
      other.runAndUpdate();
      assertEquals(2, number(other, "step"));
      HostTensor weight = step.state().get("0.weight");
      assertEquals(weight.getFloat(0), other.state().get("0.weight").getFloat(0), 1e-5);
    }
  }

  @Test
  void aRunThatFailsLeavesNoUpdateBehind() {
    var classes = crossEntropy();
    var net = Sequential.of(dense(3, 2));
    Model model = Model.of(net, input("x", f32(1, 3)), Fits.KEY);
    TrainOptions three = TrainOptions.of(classes, adam(0.1)).accumulate(3);
    try (TrainStep step = model.trainStep(three, REFERENCE)) {
      step.target().copyFrom(new int[] {7});
      assertEquals(Kind.INDEX, assertThrows(MerapiException.class, step::runAndUpdate).kind());
      step.target().copyFrom(new int[] {1});
      step.run();
      assertEquals(0, number(step, "step"));
    }
  }

  @Test
  void aStepThatDoesNotAccumulateRunsAsUsual() {
    try (TrainStep step = model(1).trainStep(bce(), adam(0.1), REFERENCE.size("N", 3))) {
      step.runAndUpdate();
      assertEquals(1, number(step, "step"));
    }
  }

  private static void fill(TrainStep step, Batch batch) {
    batch.copyTo(step.input("x"), step.target());
  }

  private static float number(TrainStep step, String state) {
    return step.state().get("merapi.state." + state).getFloat(0);
  }

  @Test
  void rowsThatDoNotFillABatchAreNotDroppedAltogether() {
    var error = assertThrows(MerapiException.class, () -> fitted(6, 1, batch(7), dropLast()));
    assertEquals(Kind.ARGUMENT, error.kind(), error.getMessage());
    assertTrue(error.getMessage().contains("rows=6, batch=7"), error.getMessage());
    assertTrue(error.getMessage().contains("hint: "), error.getMessage());
    assertNotEquals(Fits.weights(model(1)), Fits.weights(fitted(6, 1, batch(6), dropLast())));
    assertNotEquals(Fits.weights(model(1)), Fits.weights(fitted(6, 1, fullBatch(), dropLast())));
  }
}
