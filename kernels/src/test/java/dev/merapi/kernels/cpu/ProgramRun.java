package dev.merapi.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.compiler.Pipeline;
import dev.merapi.graph.DType;
import dev.merapi.graph.Graph;
import dev.merapi.graph.Literal;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.kernels.jit.Memory;
import dev.merapi.kernels.jit.TieredKernel;
import dev.merapi.memory.Slab;
import dev.merapi.spi.Addresses;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.Buffer.Space;
import dev.merapi.spi.Executable;
import dev.merapi.spi.LoopLimits;
import dev.merapi.spi.Packed;
import dev.merapi.spi.Program;
import dev.merapi.spi.Runner;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/// A graph compiled for the CPU with memory of its own, for tests.
final class ProgramRun implements AutoCloseable {
  /// Elements behind a region of memory that must stay as they were.
  private static final int GUARD = 0x7F0BAD00;

  private static final long GUARD_BYTES = 256;

  private final Program program;
  private final Executable executable;
  private final Slab persistent;
  private final Slab packed;
  private final Slab session;
  private final Slab scratch;
  private final Addresses addresses;
  private final Runner runner;

  ProgramRun(
      Graph graph,
      Lanes lanes,
      int threads,
      Program.Parameters parameters,
      Map<String, double[]> bindings) {
    this(
        Pipeline.compile(graph, Map.of(), parameters, LoopLimits.COMMON),
        new CpuBackend(lanes),
        threads,
        bindings);
  }

  ProgramRun(Program program, CpuBackend backend, int threads, Map<String, double[]> bindings) {
    this.program = program;
    executable = backend.compile(program, threads);
    persistent = slab(program.persistentBytes());
    packed = slab(executable.packed().stream().mapToLong(each -> aligned(each.bytes())).sum());
    session = slab(program.sessionBytes());
    scratch = slab(executable.scratchBytes());
    addresses =
        new Addresses(persistentPlaces(), packedPlaces(), session.address(), scratch.address());
    program.constants().forEach(this::fill);
    bind(bindings);
    for (int i = 0; i < executable.packed().size(); i++) {
      Packed block = executable.packed().get(i);
      block.packer().pack(addresses.of(program, block.source()), addresses.packed().get(i));
    }
    runner = executable.bind(addresses);
  }

  /// Writes all inputs and parameters.
  void bind(Map<String, double[]> bindings) {
    for (Buffer buffer : program.buffers()) {
      if (buffer.space() == Space.INPUT || buffer.space() == Space.PARAMETER) {
        write(buffer, Objects.requireNonNull(bindings.get(buffer.label()), buffer.label()));
      }
    }
  }

  private Map<Buffer, Long> persistentPlaces() {
    var places = new HashMap<Buffer, Long>();
    for (Buffer buffer : program.buffers()) {
      if (buffer.space().isPersistent()) {
        places.put(buffer, persistent.address() + program.offset(buffer));
      }
    }
    return places;
  }

  private List<Long> packedPlaces() {
    var places = new ArrayList<Long>();
    long address = packed.address();
    for (Packed block : executable.packed()) {
      places.add(address);
      address += aligned(block.bytes());
    }
    return places;
  }

  private static long aligned(long bytes) {
    return Math.ceilDiv(bytes, Slab.ALIGNMENT) * Slab.ALIGNMENT;
  }

  private static Slab slab(long bytes) {
    Slab slab = Slab.allocate(bytes + GUARD_BYTES);
    // all of it: what is read before it is written shows
    for (long at = 0; at < bytes + GUARD_BYTES; at += 4) {
      Memory.ALL.set(ValueLayout.JAVA_INT_UNALIGNED, slab.address() + at, GUARD);
    }
    return slab;
  }

  private void fill(Buffer buffer, Literal literal) {
    for (long i = 0; i < buffer.type().shape().elements(); i++) {
      Memory.ALL.set(ValueLayout.JAVA_INT, addresses.of(program, buffer) + 4 * i, literal.bits(i));
    }
  }

  private void write(Buffer buffer, double[] data) {
    for (int i = 0; i < data.length; i++) {
      int bits =
          buffer.type().dtype() == DType.F32
              ? Float.floatToRawIntBits((float) data[i])
              : (int) data[i];
      Memory.ALL.set(ValueLayout.JAVA_INT, addresses.of(program, buffer) + 4L * i, bits);
    }
  }

  /// Lets the vector classes serve, without waiting for the JIT.
  ProgramRun vectors() {
    for (TieredKernel kernel : ((CpuExecutable) executable).tieredKernels()) {
      TieredKernel.State state = kernel.adopt();
      assertTrue(
          state == TieredKernel.State.HOT || state == TieredKernel.State.SCALAR,
          () -> state + ": " + program.regions());
    }
    return this;
  }

  ProgramRun warm() {
    executable.warmUp(Duration.ofMinutes(5));
    return this;
  }

  void run() {
    runner.run();
    checkGuards();
  }

  /// Runs every phase as a whole.
  void runAlone() {
    runInParts(1);
  }

  /// Runs every phase in so many parts, the last one first, whether they are worth threads or not.
  void runInParts(int parts) {
    for (Phase phase : ((CpuExecutable) executable).phases(addresses, parts)) {
      int count = phase instanceof Phase.Single ? 1 : parts;
      for (int part = count - 1; part >= 0; part--) {
        phase.run(part, count);
      }
    }
    checkGuards();
  }

  private void checkGuards() {
    for (Slab slab : new Slab[] {persistent, packed, session, scratch}) {
      for (long at = slab.bytes() - GUARD_BYTES; at < slab.bytes(); at += 4) {
        if (Memory.ALL.get(ValueLayout.JAVA_INT_UNALIGNED, slab.address() + at) != GUARD) {
          throw new AssertionError("written behind the end: " + program);
        }
      }
    }
  }

  /// What runs, without a look at the memory around it.
  Runner runner() {
    return runner;
  }

  Program program() {
    return program;
  }

  Executable executable() {
    return executable;
  }

  /// The bits of all outputs and parameters; any NaN is the same.
  Map<String, int[]> bits() {
    var result = new LinkedHashMap<String, int[]>();
    for (Buffer buffer : program.buffers()) {
      if (buffer.space() == Space.OUTPUT || buffer.space() == Space.PARAMETER) {
        int[] bits = new int[Math.toIntExact(buffer.type().shape().elements())];
        for (int i = 0; i < bits.length; i++) {
          bits[i] = Memory.ALL.get(ValueLayout.JAVA_INT, addresses.of(program, buffer) + 4L * i);
          if (buffer.type().dtype() == DType.F32) {
            bits[i] = Float.floatToIntBits(Float.intBitsToFloat(bits[i]));
          }
        }
        result.put((buffer.space() == Space.OUTPUT ? "output " : "state ") + buffer.label(), bits);
      }
    }
    return result;
  }

  /// Whether the program has a buffer of that label.
  boolean has(Space space, String label) {
    return program.buffers().stream()
        .anyMatch(each -> each.space() == space && each.label().equals(label));
  }

  /// The elements of an output or parameter.
  double[] read(Space space, String label) {
    Buffer buffer = program.buffer(space, label);
    double[] values = new double[Math.toIntExact(buffer.type().shape().elements())];
    for (int i = 0; i < values.length; i++) {
      int bits = Memory.ALL.get(ValueLayout.JAVA_INT, addresses.of(program, buffer) + 4L * i);
      values[i] = buffer.type().dtype() == DType.F32 ? Float.intBitsToFloat(bits) : bits;
    }
    return values;
  }

  @Override
  public void close() {
    executable.close();
    executable.close();
    persistent.close();
    packed.close();
    session.close();
    scratch.close();
  }

  /// Normally distributed numbers for all inputs and parameters.
  static Map<String, double[]> gaussian(Graph graph, long seed) {
    var random = new Random(seed);
    var values = new HashMap<>(graph.inputs());
    values.putAll(graph.parameters());
    var bindings = new HashMap<String, double[]>();
    values.forEach((label, value) -> {
      double[] data = new double[Math.toIntExact(value.shape().elements())];
      Arrays.setAll(data, _ -> (float) random.nextGaussian());
      bindings.put(label, data);
    });
    return bindings;
  }
}
