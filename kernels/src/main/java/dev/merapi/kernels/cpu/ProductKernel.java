package dev.merapi.kernels.cpu;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.kernels.jit.TieredKernel;
import dev.merapi.kernels.product.CompiledProduct;
import dev.merapi.kernels.product.Problem;
import dev.merapi.kernels.product.Strides;
import dev.merapi.kernels.target.Target;
import dev.merapi.spi.Matrix;
import dev.merapi.spi.Packed;
import dev.merapi.spi.Program;
import dev.merapi.spi.Region;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/// A batch of matrix products: one plan, run once for each matrix.
final class ProductKernel implements RegionKernel {
  /// Multiplications below which a second thread costs more than it brings.
  private static final long WORTH_A_THREAD = 200_000;

  /// Products of a batch up to which each keeps its arguments for as long as its binding lives.
  private static final int MOST_KEPT = 64;

  private final Region.Product region;
  private final CompiledProduct plan;
  private final boolean packed;

  ProductKernel(Region.Product region, Program.Parameters parameters, Target target) {
    this.region = region;
    packed =
        parameters == Program.Parameters.FROZEN && region.right().buffer().space().isPersistent();
    var problem =
        new Problem(
            size("m", region.m()),
            size("n", region.n()),
            size("k", region.k()),
            new Strides(region.left().rowStride(), region.left().colStride()),
            new Strides(region.right().rowStride(), region.right().colStride()),
            region.out().rowStride(),
            packed ? Problem.Weights.PACKED : Problem.Weights.FRESH);
    plan = CompiledProduct.of(problem, FnEpilogue.of(region.epilogue()), target);
  }

  private static int size(String name, long value) {
    if (value != (int) value) {
      throw MerapiException.of(Kind.SHAPE, "dot: size beyond the kernels' range")
          .with(name, value)
          .with("limit", Integer.MAX_VALUE);
    }
    return (int) value;
  }

  /// Right operands: one for all if the batch does not move through them.
  private long rights() {
    return region.right().batchStride() == 0 ? 1 : region.batch();
  }

  /// What packed weights look like: the matrices that are packed, and into which panels.
  private record Layout(long rights, long offset, long batchStride, Object panels) {}

  @Override
  public long work() {
    return region.batch() * region.m() * region.n() * region.k();
  }

  @Override
  public String label() {
    return region.label();
  }

  @Override
  public Optional<Packed> packed() {
    if (!packed) {
      return Optional.empty();
    }
    Matrix right = region.right();
    long distance = rights() == 1 ? 0 : right.batchStride();
    var layout = new Layout(rights(), right.offset(), distance, plan.weightLayout());
    long bytes = rights() * plan.weightBytes();
    return Optional.of(new Packed(right.buffer(), layout, bytes, this::pack));
  }

  private void pack(long source, long weights) {
    for (long b = 0; b < rights(); b++) {
      long element = region.right().offset() + b * region.right().batchStride();
      plan.packWeights(source + element * Float.BYTES, weights + b * plan.weightBytes());
    }
  }

  /// Whether threads take whole matrices of the batch, rather than parts of each.
  private boolean sharesBatch(int threads) {
    return region.batch() > 1 && region.batch() >= threads;
  }

  /// Whether arguments are kept: writing them in each run takes a cold JVM longer than a small
  /// product.
  private boolean keeps() {
    return region.batch() <= MOST_KEPT;
  }

  @Override
  public long residentBytes() {
    return keeps() ? region.batch() * plan.argumentBytes() : 0;
  }

  @Override
  public long scratchBytes(int threads) {
    return sharesBatch(threads) ? threads * plan.workspaceBytes(1) : plan.workspaceBytes(threads);
  }

  @Override
  public List<Phase> bind(Memory memory, int threads) {
    Addresses of = new Addresses(memory);
    return sharesBatch(threads)
        ? List.of(batch(of, memory))
        : LongStream.range(0, region.batch()).mapToObj(b -> matrix(of, memory, b)).toList();
  }

  /// All matrices, each computed by one thread.
  private Phase batch(Addresses of, Memory memory) {
    long workspaces = memory.scratch();
    long workspaceBytes = plan.workspaceBytes(1);
    return Phase.shared(
        (long) Math.min(region.batch(), region.batch() * worth()),
        (part, parts) -> {
          long workspace = workspaces + part * workspaceBytes;
          long end = region.batch() * (part + 1) / parts;
          for (long b = region.batch() * part / parts; b < end; b++) {
            of.run(b, workspace, 0, 1);
          }
        });
  }

  /// One matrix, computed by all threads.
  private Phase matrix(Addresses of, Memory memory, long batch) {
    long workspace = memory.scratch();
    return Phase.shared(
        Math.min(plan.units(), (long) worth()),
        (part, parts) -> of.run(batch, workspace, part, parts));
  }

  /// How many threads have enough to do with one matrix.
  private double worth() {
    return (double) region.m() * region.n() * region.k() / WORTH_A_THREAD;
  }

  /// Where the matrices lie.
  private final class Addresses {
    final long left;
    final long right;
    final long out;
    final long leftBytes;
    final long rightBytes;
    final long outBytes;
    final EpilogueOperands operands;
    final long arguments;

    Addresses(Memory memory) {
      left = memory.address(region.left(), 0);
      right = packed ? memory.packed() : memory.address(region.right(), 0);
      out = memory.address(region.out(), 0);
      leftBytes = region.left().batchStride() * Float.BYTES;
      rightBytes = packed ? packedStep() : region.right().batchStride() * Float.BYTES;
      outBytes = region.out().batchStride() * Float.BYTES;
      operands = new EpilogueOperands(region.epilogue(), memory);
      arguments = memory.resident();
      if (keeps()) {
        writeArguments();
      }
    }

    private void writeArguments() {
      for (long b = 0; b < region.batch(); b++) {
        long block = arguments + b * plan.argumentBytes();
        plan.writeArguments(
            block, left + b * leftBytes, right + b * rightBytes, out + b * outBytes);
        operands.writeArguments(block, b);
      }
    }

    private long packedStep() {
      return rights() == 1 ? 0 : plan.weightBytes();
    }

    void run(long batch, long workspace, int part, int parts) {
      if (keeps()) {
        long block = arguments + batch * plan.argumentBytes();
        plan.run(block, workspace, part, parts);
        return;
      }
      operands.writeProduct(workspace, batch);
      plan.run(
          left + batch * leftBytes,
          right + batch * rightBytes,
          out + batch * outBytes,
          workspace,
          part,
          parts);
    }
  }

  @Override
  public List<TieredKernel> kernels() {
    return plan.kernels();
  }

  @Override
  public void close() {
    plan.close();
  }
}
