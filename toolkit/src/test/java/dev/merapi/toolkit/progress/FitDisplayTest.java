package dev.merapi.toolkit.progress;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.FitOption.batch;
import static dev.merapi.train.FitOption.epochs;
import static dev.merapi.train.FitOption.gradientMonitor;
import static dev.merapi.train.FitOption.listen;
import static dev.merapi.train.FitOption.quiet;
import static dev.merapi.train.FitOption.validateOn;
import static dev.merapi.train.Losses.mse;
import static dev.merapi.train.Metrics.meanAbsoluteError;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.CompileOptions;
import dev.merapi.History;
import dev.merapi.MerapiException;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Trainer;
import dev.merapi.data.Column;
import dev.merapi.data.Dataset;
import dev.merapi.graph.Shape;
import dev.merapi.nn.Initializers;
import dev.merapi.nn.Sequential;
import dev.merapi.train.FitOption;
import dev.merapi.train.TrainingListener;
import dev.merapi.train.TrainingProgress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class FitDisplayTest {
  private static final int WIDTH = 200;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  private String shown() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /// What a terminal shows in the end: a carriage return goes back to the margin.
  private List<String> screen() {
    var lines = new ArrayList<String>();
    for (String line : shown().split("\n")) {
      String[] states = line.split("\r");
      lines.add(states.length == 0 ? "" : states[states.length - 1].stripTrailing());
    }
    return lines;
  }

  private static Dataset rows(int count, float x) {
    float[] inputs = new float[count];
    Arrays.fill(inputs, x);
    return new Dataset(Column.of(Shape.of(1), inputs), Column.of(Shape.of(1), new float[count]));
  }

  private static Trainer trainer(double rate) {
    var net = Sequential.of(dense(1, 1).weights(Initializers.constant(1)).withoutBias());
    return Trainer.of(Model.of(net, input("x", f32("N", 1)), RandomKey.of(1)))
        .loss(mse())
        .optimizer(sgd(rate))
        .metrics(meanAbsoluteError())
        .compile(CompileOptions.on("reference"));
  }

  private static FitOption show(FitDisplay display) {
    return listen(display);
  }

  @Test
  void aTerminalHasABarForEachEpoch() {
    trainer(0.01)
        .fit(
            rows(10, 1),
            epochs(2),
            batch(4),
            validateOn(rows(3, 1)),
            quiet(),
            show(FitDisplay.bars(out, WIDTH)));
    List<String> screen = screen();
    assertEquals(2, screen.size(), screen::toString);
    String bar =
        "epoch %d/2 100%% \\[=+\\] 3/3 0:\\d\\d, loss 0\\.\\d{4}, mae 0\\.\\d{4},"
            + " val_loss 0\\.\\d{4}, val_mae 0\\.\\d{4}, \\d+ examples/s";
    assertTrue(screen.get(0).matches(String.format(Locale.ROOT, bar, 1)), screen.get(0));
    assertTrue(screen.get(1).matches(String.format(Locale.ROOT, bar, 2)), screen.get(1));
  }

  /// Draws after every step, and so the same on any machine.
  private Bars eager(int width) {
    return Bars.on(out, width, Duration.ZERO);
  }

  @Test
  void theBarMovesWithinAnEpoch() {
    trainer(0.01).fit(rows(8, 1), batch(2), quiet(), listen(eager(WIDTH)));
    String[] states = shown().split("\r");
    assertEquals(7, states.length, shown()); // nothing, the start, four steps, the end
    for (int step = 0; step <= 4; step++) {
      String bar = String.format(Locale.ROOT, "epoch 1/1 %3d%% [", 25 * step);
      assertTrue(states[step + 1].startsWith(bar), states[step + 1]);
      assertTrue(states[step + 1].contains("] " + step + "/4 "), states[step + 1]);
      assertEquals(WIDTH, states[step + 1].length(), "no rest of the last one");
    }
    assertTrue(states[1].endsWith("] 0/4 -:-- left"), states[1]);
    assertTrue(
        states[2].matches(".*] 1/4 \\d+:\\d\\d left, loss 1\\.0000, mae 1\\.0000, \\d+ examples/s"),
        states[2]);
  }

  @Test
  void narrowTerminalsShowTheValuesInThePlaceOfTheBarWhenAnEpochIsOver() {
    trainer(0.01).fit(rows(8, 1), batch(2), validateOn(rows(3, 1)), quiet(), listen(eager(60)));
    assertEquals(1, screen().size());
    String last = screen().getFirst();
    assertTrue(last.matches("epoch 1/1: loss .*, val_mae 0\\.\\d{4}, .* examples/s"), last);
    String[] states = shown().split("\r");
    for (String state : Arrays.copyOfRange(states, 1, states.length - 3)) {
      assertEquals(60, state.length(), state);
    }
    assertTrue(
        states[3].matches("epoch 1/1  50% \\[=+> +] 2/4 \\d+:\\d\\d left, loss \\d\\.\\d{4}"),
        states[3]);
    assertTrue(states[states.length - 2].isBlank(), "the bar is wiped out");
  }

  @Test
  void theBarStaysWhereAllValuesFitBesideIt() {
    trainer(0.01).fit(rows(8, 1), batch(2), quiet(), listen(eager(70)));
    String last = screen().getFirst();
    assertTrue(
        last.matches("epoch 1/1 100% \\[={10,}] 4/4 \\d+:\\d\\d, loss .*, mae 0\\.\\d{4}"), last);
  }

  @Test
  void aTerminalTooNarrowForABarShowsItsBeginning() {
    trainer(0.01).fit(rows(8, 1), batch(2), quiet(), listen(eager(12)));
    assertTrue(shown().startsWith("\repoch 1/1   \r"), shown());
  }

  @Test
  void manyEpochsShareALine() {
    trainer(0.01).fit(rows(4, 1), epochs(150), batch(2), quiet(), show(FitDisplay.bars(out, 200)));
    List<String> screen = screen();
    assertEquals(1, screen.size(), screen::toString);
    assertTrue(
        screen.getFirst().matches("epoch 100% \\[=+] 150/150 \\d+:\\d\\d, loss .*"),
        screen.getFirst());
    assertTrue(screen.getFirst().endsWith(" examples/s"), screen.getFirst());
  }

  @Test
  void theLastOfManyEpochsIsShownWhereTrainingStopsEarly() {
    var stopper =
        new TrainingListener() {
          @Override
          public void onEpochEnd(TrainingProgress progress, History.Epoch epoch) {
            if (epoch.number() == 7) {
              progress.stop("enough");
            }
          }
        };
    trainer(0.01)
        .fit(
            rows(4, 1),
            epochs(150),
            batch(2),
            quiet(),
            listen(stopper),
            show(FitDisplay.bars(out, 200)));
    List<String> screen = screen();
    assertEquals(2, screen.size(), screen::toString);
    assertTrue(
        screen.getFirst().matches("epoch   4% \\[=+> +]   7/150 \\d+:\\d\\d, loss .* examples/s"),
        screen.getFirst());
    assertEquals("stopped: enough", screen.getLast());
  }

  @Test
  void elsewhereThereIsOneLineAnEpoch() {
    trainer(0.01).fit(rows(10, 1), epochs(3), batch(4), quiet(), show(FitDisplay.lines(out)));
    List<String> lines = shown().lines().toList();
    assertEquals(3, lines.size(), shown());
    assertTrue(
        lines
            .get(1)
            .matches("epoch 2/3: loss 0\\.\\d{4}, mae 0\\.\\d{4}, \\d+\\.\\d s, \\d+ examples/s"),
        lines.get(1));
  }

  @Test
  void warningsAndReasonsStandBelowTheBar() {
    var stopper =
        new TrainingListener() {
          @Override
          public void onBatchEnd(TrainingProgress progress) {
            if (progress.totalSteps() == 3) {
              progress.stop("enough");
            }
          }
        };
    trainer(1e-12)
        .fit(
            rows(4, 1000),
            epochs(2),
            batch(2),
            gradientMonitor(),
            quiet(),
            listen(stopper),
            show(FitDisplay.bars(out, WIDTH)));
    List<String> screen = screen();
    assertEquals(5, screen.size(), screen::toString);
    assertTrue(
        screen.get(1).startsWith("warning: the gradient of 0.weight explodes"), screen.get(1));
    assertTrue(screen.get(2).contains("1/2"), screen.get(2));
    assertTrue(screen.get(3).startsWith("warning: "), screen.get(3));
    assertEquals("stopped: enough", screen.get(4));
  }

  @Test
  void aFailureEndsTheBar() {
    var error =
        assertThrows(
            MerapiException.class,
            () ->
                trainer(1e30)
                    .fit(
                        rows(8, 1e10f),
                        epochs(5),
                        batch(2),
                        quiet(),
                        show(FitDisplay.bars(out, WIDTH))));
    assertEquals(MerapiException.Kind.NOT_FINITE, error.kind());
    assertTrue(shown().endsWith("\n"), shown());
    assertTrue(screen().getLast().endsWith("failed"), shown());
  }

  @Test
  void nothingIsPrintedTwiceWhereTheCallerHasADisplay() {
    assertEquals(
        "", printed(() -> trainer(0.01).fit(rows(4, 1), epochs(2), show(FitDisplay.lines(out)))));
    assertEquals(2, shown().lines().count(), shown());
    assertEquals(
        "",
        printed(() ->
            trainer(0.01).fit(rows(4, 1), epochs(2), listen(TrainingListener.lines(_ -> {})))));
  }

  @Test
  void aListenerThatShowsNothingHasTheDisplayBesideIt() {
    var recorder = new TrainingListener() {};
    String text = printed(() -> trainer(0.01).fit(rows(4, 1), epochs(2), listen(recorder)));
    assertEquals(2, text.lines().count(), text);
  }

  /// What goes to the standard output meanwhile.
  private static String printed(Runnable work) {
    PrintStream before = System.out;
    var bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      work.run();
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void theDisplayIsFoundAsAService() {
    assertTrue(
        ServiceLoader.load(TrainingListener.class, FitDisplay.class.getClassLoader()).stream()
            .anyMatch(each -> each.type() == FitDisplay.class));
  }
}
