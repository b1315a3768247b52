package dev.merapi.kernels.cpu;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Index;
import dev.merapi.graph.Shape;
import dev.merapi.spi.Region;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// Gather and scatter: rows of contiguous elements are moved as a whole.
///
/// Elements of `x` are seen as `[batch, before, axis, behind]`, indices as `[batch, count]`.
/// Indices may lie in memory that other threads write, such as an input: each is read once, into
/// memory that nobody else reaches, and checked there before anything is written.
final class IndexKernel implements RegionKernel {
  private static final MemorySegment ALL = dev.merapi.kernels.jit.Memory.ALL;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final long ELEMENT = 4;
  private static final long ALIGNMENT = 8;

  private final Region.Indexed region;
  private final long batch;
  private final long before;
  private final long size;
  private final long behind;
  private final long count;
  private final RowSums sums;

  private IndexKernel(Region.Indexed region, int axis, int batchAxes) {
    this.region = region;
    Shape x = region.operands().get(0).type().shape();
    Shape indices = region.operands().get(1).type().shape();
    batch = product(x, 0, batchAxes);
    before = product(x, batchAxes, axis);
    size = x.size(axis);
    behind = product(x, axis + 1, x.rank());
    count = product(indices, batchAxes, indices.rank());
    sums = new RowSums(size, count, behind, region.out().type().dtype().isFloat());
  }

  /// @throws MerapiException of kind `SHAPE` if a scatter has too many indices
  static IndexKernel of(Region.Indexed region) {
    return switch (region.op()) {
      case Index.Gather(int axis, int batch) -> new IndexKernel(region, axis, batch);
      case Index.Scatter(int axis, int batch) -> scatter(new IndexKernel(region, axis, batch));
    };
  }

  private static IndexKernel scatter(IndexKernel kernel) {
    if (kernel.count > RowSums.MOST) {
      throw MerapiException.of(Kind.SHAPE, "scatter: size beyond the kernels' range")
          .with("indices", kernel.count)
          .with("limit", RowSums.MOST)
          .at(kernel.region.label());
    }
    return kernel;
  }

  private static long product(Shape shape, int from, int to) {
    return shape.dims().subList(from, to).stream()
        .mapToLong(d -> d.value())
        .reduce(1, (a, b) -> a * b);
  }

  @Override
  public String label() {
    return region.label();
  }

  @Override
  public long scratchBytes(int threads) {
    return switch (region.op()) {
      case Index.Gather _ -> checkedBytes();
      case Index.Scatter _ -> checkedBytes() + sums.bytes();
    };
  }

  /// Bytes of the indices that were checked.
  private long checkedBytes() {
    return Math.ceilDiv(batch * count * ELEMENT, ALIGNMENT) * ALIGNMENT;
  }

  @Override
  public List<Phase> bind(Memory memory, int threads) {
    long x = memory.address(region.operands().get(0).buffer());
    long indices = memory.address(region.operands().get(1).buffer());
    long checked = memory.scratch();
    long out = memory.address(region.out().buffer());
    return switch (region.op()) {
      case Index.Gather _ ->
          List.of(
              Phase.single(() -> {
                check(indices, checked);
                gather(x, checked, out);
              }));
      case Index.Scatter _ -> {
        long updates = memory.address(region.operands().get(2).buffer());
        yield List.of(
            Phase.single(() -> {
              check(indices, checked);
              scatter(x, checked, updates, out);
            }));
      }
    };
  }

  private void gather(long x, long indices, long out) {
    long row = behind * ELEMENT;
    long to = out;
    for (long b = 0; b < batch; b++) {
      for (long i = 0; i < before; i++) {
        long from = x + (b * before + i) * size * row;
        for (long j = 0; j < count; j++) {
          copy(from + index(indices, b * count + j) * row, to, row);
          to += row;
        }
      }
    }
  }

  private void scatter(long x, long indices, long updates, long out) {
    long row = behind * ELEMENT;
    copy(x, out, batch * before * size * row);
    long scratch = indices + checkedBytes();
    sums.clear(scratch);
    for (long b = 0; b < batch; b++) {
      long chosen = indices + b * count * ELEMENT;
      sums.link(chosen, scratch);
      for (long i = b * before; i < (b + 1) * before; i++) {
        sums.add(updates + i * count * row, chosen, out + i * size * row, scratch);
      }
      sums.unlink(chosen, scratch);
    }
  }

  private static void copy(long from, long to, long bytes) {
    if (bytes == ELEMENT) {
      ALL.set(INT, to, ALL.get(INT, from));
    } else {
      MemorySegment.copy(ALL, from, ALL, to, bytes);
    }
  }

  private static int index(long indices, long position) {
    return ALL.get(INT, indices + position * ELEMENT);
  }

  private void check(long indices, long checked) {
    for (long position = 0; position < batch * count; position++) {
      int index = index(indices, position);
      if (index < 0 || index >= size) {
        throw outOfRange(index, position);
      }
      ALL.set(INT, checked + position * ELEMENT, index);
    }
  }

  private MerapiException outOfRange(int index, long position) {
    return MerapiException.of(Kind.INDEX, region.op().name() + ": index out of range")
        .with("index", index)
        .with("size", size)
        .with("position", position)
        .at(region.label())
        .hint("indices must be in 0.." + (size - 1));
  }
}
