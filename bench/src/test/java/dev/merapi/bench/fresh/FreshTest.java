package dev.merapi.bench.fresh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.Inspection;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FreshTest {
  @Test
  void figuresPassAsALineAmongOthers() {
    String said = "WARNING: something\n" + Figures.line(12, 5, 7) + "\n";
    assertArrayEquals(new long[] {12, 5, 7}, Figures.parse(said));
    assertThrows(IllegalArgumentException.class, () -> Figures.parse("nothing"));
  }

  @Test
  void rowsHaveCompilationRunsAndMedian() {
    String row = FreshBench.runs(LargeNetwork.U_NET, 250_000, 9000, 5000, 4000, 3000, 3000);
    assertTrue(row.matches("u-net +250\\.0 +9\\.0 5\\.0 4\\.0 +4\\.0"), row);
    String epochs = FreshBench.epochs(TrainedNetwork.LENET, 3_000_000, 2_000_000, 2_100_000);
    assertTrue(epochs.matches("lenet +3000\\.0 +2000\\.0 2100\\.0 +1\\.50"), epochs);
  }

  /// Of the papers: 11.69 and 3.50 million parameters, 1.81 and 0.30 thousand million
  /// multiplications (and additions).
  @ParameterizedTest
  @CsvSource({"RESNET_18, 11_689_512, 1.81", "MOBILENET_V2, 3_504_872, 0.30"})
  void networksAreThoseOfThePapers(LargeNetwork network, String parameters, double billions) {
    var inspection = Inspection.of(network.model(), Map.of());
    long trained =
        network.model().parameters().entrySet().stream()
            .filter(each -> !each.getKey().contains("running"))
            .mapToLong(each -> each.getValue().shape().elements())
            .sum();
    assertEquals(Long.parseLong(parameters.replace("_", "")), trained);
    assertEquals(billions, inspection.flops() / 2e9, 0.02);
  }

  @ParameterizedTest
  @EnumSource
  void dataFitTheirNetworks(TrainedNetwork network) {
    var data = network.data();
    var row = network.model().graph().inputs().values().iterator().next().shape();
    assertEquals(row.rank(), data.inputs().row().rank() + 1);
    assertEquals(row.dim(1), data.inputs().row().dim(0));
  }
}
