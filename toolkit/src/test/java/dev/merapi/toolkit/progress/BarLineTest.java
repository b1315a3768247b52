package dev.merapi.toolkit.progress;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.junit.jupiter.api.Test;

class BarLineTest {
  /// The last frame of a bar, which `close` draws and waits for.
  private static String at(int step, int steps, int length) {
    var bytes = new ByteArrayOutputStream();
    var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    new ProgressBarBuilder()
        .setTaskName("epoch 2/10")
        .setInitialMax(steps)
        .setRenderer(new BarLine())
        .setConsumer(new ConsoleProgressBarConsumer(out, length))
        .startsFrom(step, Duration.ZERO)
        .build()
        .setExtraMessage("0:14 left, loss 1.2545, accuracy 0.5687")
        .close();
    String[] frames = bytes.toString(StandardCharsets.UTF_8).strip().split("\r");
    return frames[frames.length - 1];
  }

  @Test
  void theBarGrowsWithTheStepsAndTheRoom() {
    assertEquals(
        "epoch 2/10   0% [>         ] 0/8 0:14 left, loss 1.2545, accuracy 0.5687", at(0, 8, 72));
    assertEquals(
        "epoch 2/10  50% [=====>    ] 4/8 0:14 left, loss 1.2545, accuracy 0.5687", at(4, 8, 72));
    assertEquals(
        "epoch 2/10 100% [============] 8/8 0:14 left, loss 1.2545, accuracy 0.5687", at(8, 8, 74));
  }

  @Test
  void whatDoesNotFitIsLeftOutAsAWhole() {
    assertEquals(
        "epoch 2/10  50% [=============>            ] 4/8 0:14 left, loss 1.2545", at(4, 8, 71));
    assertEquals("epoch 2/10  50% [========>       ] 4/8 0:14 left", at(4, 8, 48));
    assertEquals("epoch 2/10  50% [====>   ] 4/8", at(4, 8, 31));
    assertEquals("epoch 2/10  50% [>]", at(4, 8, 20));
  }

  @Test
  void eightyColumnsHoldABarOfTenCharactersAndTwoValuesOfAHundredSteps() {
    assertEquals(
        "epoch 2/10  45% [=====>      ]  57/125 0:14 left, loss 1.2545, accuracy 0.5687",
        at(57, 125, 78));
  }

  @Test
  void nothingToDoIsDrawnToo() {
    assertEquals("epoch 2/10  ? % [>          ] 0/0 0:14 left, loss 1.2545", at(0, 0, 56));
  }
}
