package dev.merapi.tests;

import static dev.merapi.Model.input;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.merapi.CompileOptions;
import dev.merapi.MerapiException;
import dev.merapi.Model;
import dev.merapi.Session;
import dev.merapi.graph.GraphPrinter;
import dev.merapi.graph.Literal;
import dev.merapi.memory.HostTensor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Damaged files either are refused with a [MerapiException], or give a model that can be compiled
/// and run: never another exception, never a long time, never memory for what a header claims.
///
/// `-Dmerapi.fuzz.files=100000` sets how many, `-Dmerapi.fuzz.seed=1` from which seed on; each file
/// has a seed of its own, which messages name.
class FileFuzzTest {
  private static final int FILES = Integer.getInteger("merapi.fuzz.files", 20_000);
  private static final long SEED = Long.getLong("merapi.fuzz.seed", 1);
  private static final long MEMORY = 256L << 20;

  /// What one run may do. A mutant is valid now and then, and has honest work to do on all the
  /// memory that it is allowed.
  private static final long OPERATIONS = 10_000_000;

  /// Processor time of this thread alone, in nanoseconds: neighbours do not count. Of 200,000 files
  /// loading took 22 ms at most, compiling 0.1 s and running 0.18 s.
  private static final long SLOWEST = 1_000_000_000;

  private static final int MOST_FAILURES = 20;
  private static final long SMALL = 2 << 20;
  private static final long MULTIPLE = 200;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir private Path folder;

  /// What was seen, for the log.
  private final Map<String, Long> seen = new TreeMap<>();

  @Test
  void mutantsAreRefusedOrRun() throws IOException {
    List<FuzzBases.Base> bases = FuzzBases.in(folder);
    var failures = new ArrayList<AssertionError>();
    List<byte[]> files = bases.stream().map(FuzzBases.Base::bytes).toList();
    for (int i = 0; i < FILES; i++) {
      long seed = SEED * 1_000_003L + i;
      var random = new Random(seed);
      FuzzBases.Base base =
          bases.get(
              random.nextInt(2) == 0
                  ? random.nextInt(FuzzBases.NETWORKS)
                  : random.nextInt(bases.size()));
      FileMutator.Mutant mutant = new FileMutator(random).mutant(base.bytes(), files);
      try {
        check(mutant, base, random);
      } catch (MerapiException _) {
        note("refused", 1);
      } catch (RuntimeException | Error e) {
        Path kept = Path.of("target", "fuzz-" + seed + ".merapi");
        Files.write(kept, mutant.bytes());
        failures.add(new AssertionError("seed " + seed + ", file " + kept, e));
        assertTrue(failures.size() < MOST_FAILURES, "too many failures");
      }
    }
    System.out.println("fuzzed files: " + seen);
    assertAll(
        failures.stream()
            .map(each ->
                () -> {
                  throw each;
                }));
    assertTrue(seen.getOrDefault("ran", 0L) > FILES / 100, "too few mutants load: " + seen);
  }

  private void note(String what, long count) {
    seen.merge(what, count, Long::sum);
  }

  private void most(String what, long value) {
    seen.merge(what, value, Math::max);
  }

  private void check(FileMutator.Mutant mutant, FuzzBases.Base base, Random random)
      throws IOException {
    Path file = folder.resolve("mutant.merapi");
    rewrite(file, mutant.bytes());
    Model model = measured("load", mutant.bytes().length, () -> Model.load(file));
    Map<String, Literal> parameters = FuzzBases.literals(model.parameters());
    boolean same =
        GraphPrinter.print(model.graph()).equals(base.graph())
            && parameters.equals(base.parameters());
    note(same ? "loaded the same" : "loaded others", 1);
    assertTrue(same || mutant.sealed(), "a changed file gave another model");
    try {
      run(model, random);
      note("ran", 1);
    } catch (MerapiException e) {
      note("compiled or run: refused, " + e.kind(), 1);
    }
  }

  /// Faster than making the file anew.
  private static void rewrite(Path file, byte[] bytes) throws IOException {
    try (var channel = FileChannel.open(file, CREATE, WRITE)) {
      channel.write(ByteBuffer.wrap(bytes));
      channel.truncate(bytes.length);
    }
  }

  private interface Work<T> {
    T get();
  }

  private <T> T measured(String what, int bytes, Work<T> work) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      return timed(what, work);
    } finally {
      long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
      most(what + ": most bytes allocated", allocated);
      most(what + ": most bytes allocated by file size", allocated / Math.max(1, bytes));
      assertTrue(
          allocated < SMALL + MULTIPLE * bytes,
          "allocated " + allocated + " bytes for a file of " + bytes);
    }
  }

  private <T> T timed(String what, Work<T> work) {
    long start = System.nanoTime();
    long before = THREADS.getCurrentThreadCpuTime();
    try {
      return work.get();
    } finally {
      long time = THREADS.getCurrentThreadCpuTime() - before;
      most(what + ": longest in us", time / 1000);
      most(what + ": longest in us, by the wall's clock", (System.nanoTime() - start) / 1000);
      assertTrue(time < SLOWEST, what + " took " + time / 1e9 + " s");
    }
  }

  private void run(Model model, Random random) {
    var options = CompileOptions.cpu().maxMemory(MEMORY).maxOperations(OPERATIONS);
    for (String symbol : model.graph().symbols()) {
      options = options.size(symbol, 2);
    }
    CompileOptions bound = options;
    try (var compiled = timed("compile", () -> model.compile(bound));
        Session session = compiled.newSession()) {
      session.inputs().values().forEach(input -> fill(input, random));
      timed(
          "run",
          () -> {
            session.run();
            return session;
          });
    }
  }

  private static void fill(HostTensor input, Random random) {
    for (long i = 0; i < Math.min(input.elements(), 10_000); i++) {
      switch (input.type().dtype()) {
        case F32 -> input.set(i, random.nextFloat() * 4 - 2);
        case I32 -> input.set(i, random.nextInt(4));
        case BOOL -> {} // all false
      }
    }
  }

  @Test
  void theOtherImplementationSealsAFileToTheSameBytes() throws IOException {
    for (FuzzBases.Base base : FuzzBases.in(folder)) {
      assertEquals(
          HexFormat.of().formatHex(base.bytes()),
          HexFormat.of().formatHex(MerapiBytes.of(base.bytes()).sealed()));
    }
  }
}
