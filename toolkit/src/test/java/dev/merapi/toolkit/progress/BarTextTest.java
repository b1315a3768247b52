package dev.merapi.toolkit.progress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class BarTextTest {
  private static BarText at(int step) {
    return new BarText("2/10", step, 8, "0:14 left", List.of("loss 1.2545", "accuracy 0.5687"));
  }

  @Test
  void theBarGrowsWithTheStepsAndTheRoom() {
    assertEquals(
        "epoch 2/10   0% [          ] 0/8 0:14 left, loss 1.2545, accuracy 0.5687", at(0).in(72));
    assertEquals(
        "epoch 2/10  50% [====>     ] 4/8 0:14 left, loss 1.2545, accuracy 0.5687", at(4).in(72));
    assertEquals(
        "epoch 2/10 100% [============] 8/8 0:14 left, loss 1.2545, accuracy 0.5687", at(8).in(74));
    assertTrue(at(8).in(500).contains("[" + "=".repeat(30) + "]"), "no longer than thirty");
  }

  @Test
  void whatDoesNotFitIsLeftOutAsAWhole() {
    assertTrue(at(4).fits(2, 72));
    assertFalse(at(4).fits(2, 71));
    assertTrue(at(4).in(71).matches("epoch 2/10  50% \\[=+> +\\] 4/8 0:14 left, loss 1\\.2545"));
    assertTrue(at(4).in(50).matches("epoch 2/10  50% \\[=+> +\\] 4/8 0:14 left"));
    assertEquals("epoch 2/10  50% [===", at(4).in(20));
  }

  @Test
  void anEpochWithoutStepsIsDone() {
    assertTrue(new BarText("1/1", 0, 0, "0:00", List.of()).in(80).contains("100% ["));
  }

  @Test
  void timesAreThoseOfAClock() {
    assertEquals("0:00", BarText.clock(0.4));
    assertEquals("0:07", BarText.clock(6.9));
    assertEquals("12:30", BarText.clock(750));
    assertEquals("1:02:30", BarText.clock(3750));
  }
}
