package dev.merapi.tests;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Activations.softmax;
import static dev.merapi.nn.Layers.batchNorm;
import static dev.merapi.nn.Layers.conv2d;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.dropout;
import static dev.merapi.nn.Layers.flatten;
import static dev.merapi.nn.Layers.maxPool;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.merapi.CompileOptions;
import dev.merapi.MerapiException;
import dev.merapi.Model;
import dev.merapi.ModelFiles;
import dev.merapi.RandomKey;
import dev.merapi.Session;
import dev.merapi.Tensor;
import dev.merapi.Trace;
import dev.merapi.graph.Custom;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphPrinter;
import dev.merapi.graph.Literal;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.memory.HostTensor;
import dev.merapi.nn.Module;
import dev.merapi.nn.Sequential;
import dev.merapi.samples.OpSamples;
import dev.merapi.samples.Sample;
import dev.merapi.spi.ModelContents;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
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

  /// The first files are networks, the others one operation each.
  private static final int NETWORKS = 5;

  private static final int MOST_FAILURES = 20;
  private static final long SMALL = 2 << 20;
  private static final long MULTIPLE = 200;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir private Path folder;

  /// A file before it is damaged.
  private record Base(byte[] bytes, String graph, Map<String, Literal> parameters) {}

  /// What was seen, for the log.
  private final Map<String, Long> seen = new TreeMap<>();

  @Test
  void mutantsAreRefusedOrRun() throws IOException {
    List<Base> bases = bases();
    var failures = new ArrayList<AssertionError>();
    List<byte[]> files = bases.stream().map(Base::bytes).toList();
    for (int i = 0; i < FILES; i++) {
      long seed = SEED * 1_000_003L + i;
      var random = new Random(seed);
      Base base =
          bases.get(
              random.nextInt(2) == 0 ? random.nextInt(NETWORKS) : random.nextInt(bases.size()));
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

  private void check(FileMutator.Mutant mutant, Base base, Random random) throws IOException {
    Path file = folder.resolve("mutant.merapi");
    rewrite(file, mutant.bytes());
    Model model = measured("load", mutant.bytes().length, () -> Model.load(file));
    Map<String, Literal> parameters = literals(model.parameters());
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

  private static Map<String, Literal> literals(Map<String, HostTensor> tensors) {
    var literals = new LinkedHashMap<String, Literal>();
    tensors.forEach((name, tensor) -> literals.put(name, tensor.toLiteral()));
    return literals;
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

  // --- the files that are damaged ---

  private List<Base> bases() throws IOException {
    var contents = new ArrayList<ModelContents>();
    contents.add(
        Model.of(
                Sequential.of(dense(5, 7), relu(), dense(7, 3), softmax(-1)),
                input("x", f32("N", 5)),
                RandomKey.of(1))
            .withLabels(List.of("cat", "dog", "\ud83d\ude00"))
            .withMetadata(Map.of("author", "me \"\\\n"))
            .contents());
    contents.add(
        Model.of(
                Sequential.of(conv2d(1, 3, 3), relu(), maxPool(2), flatten(), dense(12, 4)),
                input("image", f32("N", 1, 6, 6)),
                RandomKey.of(2))
            .contents());
    var tabled = Model.of(new Tabled(), input("x", f32("N", 9)), RandomKey.of(3)).contents();
    contents.add(tabled);
    contents.add(tabled.withState(state()));
    contents.add(
        Model.of(
                Sequential.of(dense(3, 2), batchNorm(2), dropout(0.5)),
                input("x", f32("N", 3)),
                RandomKey.of(4))
            .contents());
    for (Sample sample : OpSamples.all()) {
      if (!(sample.op() instanceof Custom)) {
        contents.add(contents(sample));
      }
    }
    var bases = new ArrayList<Base>();
    Path file = folder.resolve("base.merapi");
    for (ModelContents each : contents) {
      ModelFiles.write(file, each);
      Model model = Model.load(file);
      bases.add(
          new Base(
              Files.readAllBytes(file),
              GraphPrinter.print(model.graph()),
              literals(model.parameters())));
    }
    return bases;
  }

  /// Behaves differently in training, and has a large constant.
  private static final class Tabled extends Module {
    private final Module dense = child("fc", dense(9, 2));

    @Override
    protected Tensor forward(Tensor x) {
      float[] table = new float[81];
      for (int i = 0; i < table.length; i++) {
        table[i] = (float) Math.sin(i);
      }
      Tensor mixed = x.matmul(Tensor.of(Shape.of(9, 9), table));
      boolean training =
          Trace.current().map(trace -> trace.mode() == Trace.Mode.TRAIN).orElse(false);
      return dense.apply(training ? mixed.times(2) : mixed);
    }
  }

  private static Map<String, HostTensor> state() {
    var state = new LinkedHashMap<String, HostTensor>();
    for (var type : List.of(TensorType.bool(3), TensorType.i32(2), f32())) {
      String name = "merapi.state." + type.dtype();
      state.put(name, HostTensor.allocate(name, type));
    }
    return state;
  }

  private static ModelContents contents(Sample sample) {
    Graph graph = sample.graph();
    var parameters = new LinkedHashMap<String, HostTensor>();
    graph
        .parameters()
        .forEach((name, value) -> parameters.put(name, HostTensor.allocate(name, value.type())));
    return new ModelContents(graph, graph, List.of(), parameters, Map.of(), List.of(), Map.of());
  }

  @Test
  void theOtherImplementationSealsAFileToTheSameBytes() throws IOException {
    for (Base base : bases()) {
      assertEquals(
          HexFormat.of().formatHex(base.bytes()),
          HexFormat.of().formatHex(MerapiBytes.of(base.bytes()).sealed()));
    }
  }
}
