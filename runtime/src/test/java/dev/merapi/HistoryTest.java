package dev.merapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException.Kind;
import dev.merapi.train.Direction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryTest {
  private static History.Epoch epoch(int number, double loss, double validationLoss) {
    var values = new LinkedHashMap<String, Double>();
    values.put("loss", loss);
    values.put("val_loss", validationLoss);
    return new History.Epoch(number, values, 1e-4, Map.of("0.weight", 1 / 3.0), 2.5, 1234);
  }

  private static final History HISTORY =
      new History(
          List.of(
              epoch(1, 0.7, 0.8), epoch(2, 0.1 + 0.2, 0.4), epoch(3, 1e-7, 0.4), epoch(4, 0, 0.5)),
          Optional.of("val_loss is no better"));

  @Test
  void valuesAreFoundByName() {
    assertEquals(List.of(0.8, 0.4, 0.4, 0.5), HISTORY.values("val_loss"));
    assertEquals(2, HISTORY.best("val_loss", Direction.LOWER).number());
    assertEquals(1, HISTORY.best("val_loss", Direction.HIGHER).number());
    assertEquals(0.5, HISTORY.last().validationLoss().getAsDouble());
    var error = assertThrows(MerapiException.class, () -> HISTORY.values("accuracy"));
    assertTrue(error.getMessage().contains("values=[loss, val_loss]"), error.getMessage());
    var empty = new History(List.of(), Optional.empty());
    assertThrows(MerapiException.class, empty::last);
  }

  @Test
  void theTableHasALineForEachEpoch() {
    assertEquals(
        """
        epoch       loss  val_loss       rate  seconds  examples/s
            1     0.7000    0.8000  1.000e-04      2.5        1234
            2     0.3000    0.4000  1.000e-04      2.5        1234
            3  1.000e-07    0.4000  1.000e-04      2.5        1234
            4     0.0000    0.5000  1.000e-04      2.5        1234
        stopped: val_loss is no better
        """,
        HISTORY.toString());
  }

  @Test
  void commaSeparatedValuesReadBackAsTheSameBits() {
    String csv = HISTORY.toCsv();
    assertEquals(
        "epoch,loss,val_loss,learning_rate,seconds,examples_per_second,gradient:0.weight",
        csv.lines().findFirst().orElseThrow());
    assertEquals(5, csv.lines().count());
    assertEquals(HISTORY.epochs(), HistoryText.parse(csv).epochs());
    var odd =
        new History(List.of(epoch(1, Double.NaN, Double.NEGATIVE_INFINITY)), Optional.empty());
    assertEquals(odd.epochs(), HistoryText.parse(odd.toCsv()).epochs());
    var none = new History(List.of(), Optional.empty());
    assertEquals(none, HistoryText.parse(none.toCsv()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "epoch,loss\n1,2\n",
        "epoch,learning_rate,seconds,examples_per_second\n1,2,3\n",
        "epoch,learning_rate,seconds,examples_per_second\n1,2,3,x\n",
      })
  void whatIsNoHistoryIsRefused(String csv) {
    var error = assertThrows(MerapiException.class, () -> HistoryText.parse(csv));
    assertEquals(Kind.FORMAT, error.kind(), error.getMessage());
  }
}
