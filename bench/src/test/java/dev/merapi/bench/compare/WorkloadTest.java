package dev.merapi.bench.compare;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.bench.Networks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WorkloadTest {
  static Stream<Workload> workloads() {
    return Workload.NETWORKS.stream().map(network -> new Workload(network, 3));
  }

  @ParameterizedTest
  @MethodSource("workloads")
  void bothRuntimesComputeTheSameFromTheSameBytes(Workload workload) {
    try (var fixtures = Fixtures.of(List.of(workload.network()));
        var pair = workload.load(fixtures, 2, Workload.Start.COLD)) {
      pair.ours().run();
      pair.peer().run();
      float[] theirs = pair.peer().output();
      assertTrue(theirs[0] != theirs[theirs.length - 1], "rows must differ to show a mistake");
      Agreement.of(pair.ours().output(), theirs).check(workload.name());
    }
  }

  @Test
  void peerOfOneThreadGivesTheSameBits() {
    try (var fixtures = Fixtures.of(List.of(Networks.LENET));
        var pair =
            new Workload(Networks.LENET, 64)
                .load(fixtures, Peer.ONE_THREAD, 2, Optional.empty(), Workload.Start.COLD)) {
      pair.ours().run();
      pair.peer().run();
      assertArrayEquals(pair.peer().output(), pair.ours().output());
    }
  }

  @Test
  void weightsAreStoredOnce() throws Exception {
    try (var fixtures = Fixtures.of(Workload.NETWORKS)) {
      for (Networks network : Workload.NETWORKS) {
        assertTrue(Files.size(fixtures.graph(network)) < 4096, network::name);
      }
    }
  }

  @Test
  void unpackedFilesAreDeleted() {
    Path graph;
    try (var fixtures = Fixtures.of(List.of(Networks.SIMPLENET))) {
      graph = fixtures.graph(Networks.SIMPLENET);
      assertTrue(Files.exists(graph));
    }
    assertFalse(Files.exists(graph));
    assertFalse(Files.exists(graph.getParent()));
  }

  @Test
  void namesTellNetworkAndBatch() {
    assertEquals(
        List.of(
            "simplenet/batch1",
            "simplenet/batch64",
            "mlp784/batch1",
            "mlp784/batch64",
            "lenet/batch1",
            "lenet/batch64",
            "convnet/batch1",
            "convnet/batch64"),
        Workload.all().stream().map(Workload::name).toList());
  }

  @Test
  void operationsAreThoseOfProductsAndConvolutions() {
    assertEquals(2 * (10 * 64 + 64), flops(Networks.SIMPLENET, 1));
    long first = 2L * 32 * 28 * 28 * 9;
    long second = 2L * 64 * 14 * 14 * 32 * 9;
    long dense = 2L * (64 * 7 * 7 * 128 + 128 * 10);
    assertEquals(5 * (first + second + dense), flops(Networks.CONVNET, 5));
  }

  private static long flops(Networks network, int batch) {
    try (var fixtures = Fixtures.of(List.of(network));
        var pair = new Workload(network, batch).load(fixtures, 1, Workload.Start.COLD)) {
      return pair.flops();
    }
  }
}
