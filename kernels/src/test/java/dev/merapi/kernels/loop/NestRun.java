package dev.merapi.kernels.loop;

import dev.merapi.graph.DType;
import dev.merapi.kernels.GuardedMemory;
import dev.merapi.kernels.calls.Calls;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.KernelCache;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.kernels.jit.TieredKernel;
import dev.merapi.kernels.target.BytecodeTarget;
import dev.merapi.kernels.target.PlanKernels;
import dev.merapi.kernels.target.Target;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.LoopNest;
import dev.merapi.spi.Region;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;

/// A nest with memory behind whose ends nothing may be touched: fills its buffers, runs it in any
/// form, and reads them back.
final class NestRun implements AutoCloseable {
  /// What runs.
  enum Form {
    TWIN,
    VECTOR
  }

  private final GuardedMemory guarded = GuardedMemory.ofEnds();
  private final LoopNest nest;
  private final PlanKernels kernels;
  private final LoopKernel kernel;
  private final Map<Buffer, MemorySegment> memory = new LinkedHashMap<>();
  private final Map<Buffer, int[]> contents = new LinkedHashMap<>();
  private final MemorySegment arguments;
  private final MemorySegment scratch;

  NestRun(LoopNest nest, Lanes lanes) {
    this(nest, lanes, new KernelCache());
  }

  NestRun(LoopNest nest, Lanes lanes, KernelCache cache) {
    this(nest, new BytecodeTarget(lanes, cache));
  }

  NestRun(LoopNest nest, Target target) {
    this.nest = nest;
    this.kernels = new PlanKernels(target);
    this.kernel = LoopKernel.compile(nest, kernels);
    this.arguments = guarded.allocate(kernel.argumentBytes(), 64);
    this.scratch = guarded.allocate(kernel.scratchBytes(), 64);
    Region.Loops region = new Region.Loops(nest);
    Set<Buffer> buffers = new LinkedHashSet<>(region.reads());
    buffers.addAll(region.writes());
    Random random = new Random(buffers.size());
    for (Buffer buffer : buffers) {
      memory.put(buffer, guarded.allocate(buffer.bytes(), Float.BYTES));
      int[] bits = new int[(int) buffer.type().shape().elements()];
      for (int i = 0; i < bits.length; i++) {
        bits[i] =
            switch (buffer.type().dtype()) {
              case F32 -> Float.floatToRawIntBits((float) random.nextGaussian());
              case I32 -> random.nextInt(-20, 20);
              case BOOL -> random.nextInt(2);
            };
      }
      contents.put(buffer, bits);
    }
  }

  /// Of a target with vectors.
  TieredKernel tiers() {
    return kernels.tiers().getFirst();
  }

  /// The elements that a buffer starts with, to be changed.
  int[] contents(Buffer buffer) {
    return contents.get(buffer);
  }

  /// Runs in the given parts and returns what is in the buffers afterwards.
  Map<Buffer, int[]> run(Form form, long... cuts) {
    NestShape shape = LoopKernel.shape(nest, Plan.of(nest), kernels.target());
    return run(shape, _ -> form == Form.TWIN ? tiers().twin() : tiers().vector(), cuts);
  }

  /// The same with what serves now.
  Map<Buffer, int[]> run(long... cuts) {
    fill();
    run(bind(), scratch.address(), cuts);
    return read();
  }

  /// The same with some code of the nest's routine.
  ///
  /// @param code makes it, given all the memory that it may touch
  Map<Buffer, int[]> run(
      NestShape shape, Function<List<MemorySegment>, Kernel> code, long... cuts) {
    fill();
    Plan plan = Plan.of(nest);
    var slow = new SlowLoops(plan.structure(), shape.slow());
    List<MemorySegment> all = new ArrayList<>(memory.values());
    MemorySegment own = guarded.allocate(slow.argumentBytes(), Long.BYTES);
    MemorySegment place = guarded.allocate(2L * slow.placeBytes(), Long.BYTES);
    all.add(own);
    all.add(place);
    BoundLoops loops =
        new LoopKernel(nest, plan, shape, code.apply(all))
            .bind(buffer -> memory.get(buffer).address(), own.address());
    loops.writeArguments();
    run(loops, place.address(), cuts);
    return read();
  }

  private static void run(BoundLoops loops, long scratch, long... cuts) {
    long from = 0;
    for (long cut : cuts) {
      loops.calls(Calls.NOW, from, Math.min(cut, loops.units()), scratch);
      from = Math.min(cut, loops.units());
    }
    loops.calls(Calls.NOW, from, loops.units(), scratch);
  }

  BoundLoops bind() {
    BoundLoops loops = kernel.bind(buffer -> memory.get(buffer).address(), arguments.address());
    loops.writeArguments();
    return loops;
  }

  long scratch() {
    return scratch.address();
  }

  void fill() {
    contents.forEach((buffer, bits) ->
        MemorySegment.copy(bits, 0, memory.get(buffer), ValueLayout.JAVA_INT, 0, bits.length));
  }

  private Map<Buffer, int[]> read() {
    Map<Buffer, int[]> result = new LinkedHashMap<>();
    contents.forEach((buffer, bits) -> {
      int[] now = new int[bits.length];
      MemorySegment.copy(memory.get(buffer), ValueLayout.JAVA_INT, 0, now, 0, now.length);
      result.put(buffer, now);
    });
    return result;
  }

  /// What the oracle leaves in the buffers.
  Map<Buffer, double[]> expected() {
    Map<Buffer, double[]> result = new LinkedHashMap<>();
    contents.forEach((buffer, bits) -> result.put(buffer, doubles(buffer, bits)));
    NestInterpreter.run(nest, result);
    return result;
  }

  static double[] doubles(Buffer buffer, int[] bits) {
    double[] result = new double[bits.length];
    for (int i = 0; i < bits.length; i++) {
      result[i] = buffer.type().dtype() == DType.F32 ? Float.intBitsToFloat(bits[i]) : bits[i];
    }
    return result;
  }

  @Override
  public void close() {
    kernels.close();
    guarded.close();
  }
}
