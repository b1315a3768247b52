package dev.merapi.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.merapi.bench.Networks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowTest {
  private static final List<String> AGREED =
      List.of(
          "workload",
          "threads",
          "peer",
          "ours_p50_us",
          "peer_p50_us",
          "ratio",
          "ratio_low",
          "ratio_high",
          "ours_p99_us",
          "gflops",
          "peak_share",
          "bytes_per_op");

  private static Row row() {
    return row(new Spread(2, 1.9, 2.1), 0, 1);
  }

  private static Row row(Spread spread, int unquiet, int attempts) {
    var ours = new Histogram(3);
    var theirs = new Histogram(3);
    for (int micros = 1; micros <= 100; micros++) {
      ours.recordValue(micros * 1000L);
      theirs.recordValue(micros * 2000L);
    }
    var turn = new Spread(50_000, 49_000, 51_000);
    var result = new Turns.Result(spread, turn, ours, theirs, 100, 40, unquiet, attempts);
    var workload = new Workload(Networks.LENET, 1);
    return Row.of(workload, 2, "peer 1.0", result, 1_000_000, 0.5, new Agreement(1e-6, 2e-6));
  }

  @Test
  void sharesAreOfThePeakOfAllThreads() {
    assertEquals(20, row().gflops(), 1e-9); // 10^6 operations in 50 us
    assertEquals(0.2, row().peakShare(), 1e-9); // of 100, which both threads reach together
  }

  @Test
  void whatMakesARowLessSureIsRemarked() {
    assertEquals("", Report.remarks(row()));
    assertEquals(" (2 attempts)", Report.remarks(row(new Spread(2, 1.9, 2.1), 0, 2)));
    Row noisy = row(new Spread(2, 1.5, 2), 3, 3);
    assertEquals(" (3 attempts, noisy, 3 of 40 turns unquiet)", Report.remarks(noisy));
  }

  @Test
  void jsonIsAListOfObjectsWithTheAgreedNames(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("rows.json");
    Report.write(List.of(row(), row()), file);
    JsonNode list = new ObjectMapper().readTree(file.toFile());
    assertTrue(list.isArray());
    assertEquals(2, list.size());
    for (String name : AGREED) {
      assertTrue(list.get(1).has(name), name);
    }
    JsonNode first = list.get(0);
    assertEquals("lenet/batch1", first.get("workload").asText());
    assertEquals(2, first.get("threads").asInt());
    assertEquals("peer 1.0", first.get("peer").asText());
    assertEquals(50, first.get("ours_p50_us").asDouble(), 0.1);
    assertEquals(100, first.get("peer_p50_us").asDouble(), 0.2);
    assertEquals(99, first.get("ours_p99_us").asDouble(), 0.1);
    assertEquals(2, first.get("ratio").asDouble(), 0);
    assertEquals(1.9, first.get("ratio_low").asDouble(), 0);
    assertEquals(2.1, first.get("ratio_high").asDouble(), 0);
    assertEquals(0.5, first.get("bytes_per_op").asDouble(), 0);
    assertFalse(first.get("noisy").asBoolean(true));
    assertEquals(40, first.get("turns").asInt());
    assertEquals(0, first.get("unquiet_turns").asInt(-1));
  }
}
