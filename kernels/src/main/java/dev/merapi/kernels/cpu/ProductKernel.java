package dev.merapi.kernels.cpu;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.kernels.calls.Calls;
import dev.merapi.kernels.jit.TieredKernel;
import dev.merapi.kernels.product.CompiledProduct;
import dev.merapi.kernels.product.EpilogueOperands;
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

  @Override
  public long scratchBytes(int threads) {
    return sharesBatch(threads) ? threads * plan.workspaceBytes(1) : plan.workspaceBytes(threads);
  }

  @Override
  public List<Phase> bind(Memory memory, int threads) {
    Operands of = new Operands(memory);
    return sharesBatch(threads)
        ? List.of(batch(of, memory))
        : LongStream.range(0, region.batch()).mapToObj(b -> matrix(of, memory, b)).toList();
  }

  /// All matrices, each computed by one thread.
  private Phase batch(Operands of, Memory memory) {
    long workspaces = memory.scratch();
    long workspaceBytes = plan.workspaceBytes(1);
    return Phase.kernels(
        (long) Math.min(region.batch(), region.batch() * worth()),
        work(),
        (calls, part, parts) -> {
          long workspace = workspaces + part * workspaceBytes;
          long end = region.batch() * (part + 1) / parts;
          for (long b = region.batch() * part / parts; b < end; b++) {
            of.calls(calls, b, workspace, 0, 1);
          }
        });
  }

  /// One matrix, computed by all threads.
  private Phase matrix(Operands of, Memory memory, long batch) {
    long workspace = memory.scratch();
    return Phase.kernels(
        Math.min(plan.units(), (long) worth()),
        work() / region.batch(),
        (calls, part, parts) -> of.calls(calls, batch, workspace, part, parts));
  }

  /// How many threads have enough to do with one matrix.
  private double worth() {
    return (double) region.m() * region.n() * region.k() / WORTH_A_THREAD;
  }

  /// Where the matrices lie.
  private final class Operands {
    final long left;
    final long right;
    final long out;
    final long leftBytes;
    final long rightBytes;
    final long outBytes;
    final EpilogueOperands operands;

    Operands(Memory memory) {
      left = memory.address(region.left(), 0);
      right = packed ? memory.packed() : memory.address(region.right(), 0);
      out = memory.address(region.out(), 0);
      leftBytes = region.left().batchStride() * Float.BYTES;
      rightBytes = packed ? packedStep() : region.right().batchStride() * Float.BYTES;
      outBytes = region.out().batchStride() * Float.BYTES;
      operands = memory.operands(region.epilogue());
    }

    private long packedStep() {
      return rights() == 1 ? 0 : plan.weightBytes();
    }

    void calls(Calls calls, long batch, long workspace, int part, int parts) {
      plan.calls(
          calls,
          left + batch * leftBytes,
          right + batch * rightBytes,
          out + batch * outBytes,
          operands,
          batch,
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
