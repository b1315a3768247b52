package dev.merapi.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.merapi.History;
import dev.merapi.MerapiException;
import dev.merapi.train.FitOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SeedsTest {
  /// Is as good as its seed on test data, and half as good on validation data.
  private record Imagined() implements Example {
    @Override
    public String name() {
      return "imagined";
    }

    @Override
    public String description() {
      return "trains nothing";
    }

    @Override
    public Defaults defaults() {
      return new Defaults(1, 1);
    }

    @Override
    public Outcome train(Settings settings) {
      boolean split =
          settings.more().stream().anyMatch(FitOption.ValidationSplit.class::isInstance);
      double value = 0.1 * settings.seed();
      Map<String, Double> values =
          split ? Map.of("loss", 1.0, "val_accuracy", value / 2) : Map.of("loss", 1.0);
      var history =
          new History(List.of(new History.Epoch(1, values, 0.1, Map.of(), 1, 1)), Optional.empty());
      return new Outcome(LeNet.model(1), "test accuracy", value, history);
    }
  }

  private static List<String> lines(Seeds.Measure measure) {
    var lines = new ArrayList<String>();
    new Seeds(new Imagined(), 2, 4, measure).run(line -> lines.add(line.replaceAll(",.*", "")));
    return lines;
  }

  @Test
  void eachSeedOfTheRangeIsPrintedAndTheMean() {
    assertEquals(
        List.of("seed 2: 0.2000", "seed 3: 0.3000", "seed 4: 0.4000", "mean 0.3000"),
        lines(Seeds.Measure.TEST));
  }

  @Test
  void validationMeasuresWhatWasSplitOff() {
    assertEquals(
        List.of("seed 2: 0.1000", "seed 3: 0.1500", "seed 4: 0.2000", "mean 0.1500"),
        lines(Seeds.Measure.VALIDATION));
  }

  @Test
  void seedsAreCountedUpwards() {
    assertThrows(MerapiException.class, () -> new Seeds(new Imagined(), 5, 1, Seeds.Measure.TEST));
  }
}
