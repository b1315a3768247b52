package dev.merapi.tests;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.Model;
import dev.merapi.graph.GraphPrinter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files whose graph was changed by what it means, with right hashes: each is refused with a
/// [MerapiException], or loaded, compiled and run on the CPU, and gives what the interpreter gives.
///
/// `-Dmerapi.fuzz.graphs=1000000` sets how many, `-Dmerapi.fuzz.seed=1` from which seed on; each
/// mutant has a seed of its own. The graph that is being run is in [#IN_FLIGHT], to be found there
/// if the JVM ends.
class GraphFuzzTest {
  private static final int GRAPHS = Integer.getInteger("merapi.fuzz.graphs", 20_000);
  private static final long SEED = Long.getLong("merapi.fuzz.seed", 1);
  private static final Path IN_FLIGHT = Path.of("target", "graph-fuzz.txt");

  private static final int MOST_FAILURES = 20;

  /// One in so many is run by three threads, which are made for it.
  private static final int THREADED = 16;

  /// One in so many is a network, which takes longer to compile.
  private static final int NETWORK = 12;

  private final Map<String, Integer> seen = new TreeMap<>();

  @TempDir private Path folder;

  @Test
  void mutantsAreRefusedOrRight() throws IOException {
    Files.createDirectories(IN_FLIGHT.getParent());
    List<FuzzBases.Base> bases = FuzzBases.in(folder);
    List<String> graphs = bases.stream().map(FuzzBases.Base::graph).toList();
    var failures = new ArrayList<String>();
    for (int i = 0; i < GRAPHS; i++) {
      long seed = SEED * 1_000_003L + i;
      var random = new Random(seed);
      int from = random.nextInt(NETWORK) == 0 ? 0 : FuzzBases.NETWORKS;
      int to = from == 0 ? FuzzBases.NETWORKS : bases.size();
      FuzzBases.Base base = bases.get(random.nextInt(from, to));
      try {
        check(base, new GraphMutator(random, graphs), random);
      } catch (MerapiException e) {
        note("refused, " + e.kind());
      } catch (RuntimeException | Error e) {
        var trace = new StringWriter();
        e.printStackTrace(new PrintWriter(trace));
        String text = Files.exists(IN_FLIGHT) ? Files.readString(IN_FLIGHT) : "";
        failures.add("seed " + seed + ": " + trace + text);
        assertTrue(failures.size() < MOST_FAILURES, () -> String.join("\n", failures));
      }
    }
    Files.deleteIfExists(IN_FLIGHT);
    System.out.println("fuzzed graphs: " + seen);
    assertTrue(failures.isEmpty(), () -> String.join("\n", failures));
    int ran = seen.getOrDefault("ran", 0) + seen.getOrDefault("compared", 0);
    assertTrue(ran > GRAPHS / 10, "too few mutants run: " + seen);
  }

  private void note(String what) {
    seen.merge(what, 1, Integer::sum);
  }

  private void check(FuzzBases.Base base, GraphMutator mutator, Random random) throws IOException {
    byte[] sealed =
        MerapiBytes.of(base.bytes())
            .withGraph(text -> {
              String mutant = mutator.mutant(text);
              write(IN_FLIGHT, mutant.getBytes(StandardCharsets.UTF_8));
              return mutant;
            })
            .sealed();
    Path file = folder.resolve("mutant.merapi");
    write(file, sealed);
    Model model = Model.load(file);
    if (GraphPrinter.print(model.graph()).equals(base.graph())) {
      note("as before");
      return;
    }
    int threads = random.nextInt(THREADED) == 0 ? 3 : 1;
    note(CheckedRun.of(model, random, threads, CheckedRun.Limits.SMALL) ? "compared" : "ran");
  }

  /// Faster than making the file anew.
  private static void write(Path file, byte[] bytes) {
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(bytes));
      channel.truncate(bytes.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
