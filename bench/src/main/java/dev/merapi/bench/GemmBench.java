package dev.merapi.bench;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.bench.PairedRun.Contender;
import dev.merapi.kernels.emit.KernelCache;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Locale;

/// `./merapi bench gemm`: the f32 product of square matrices on one thread, packing included,
/// beside OpenBLAS and the FMA peak. Every result is checked before it is timed.
final class GemmBench {
  private static final int[] SIZES = {480, 960, 1920};
  private static final int CHECKED = 61;

  private GemmBench() {}

  static void main() {
    SquareProduct theirs = OpenBlas.load();
    var cache = new KernelCache();
    System.out.printf("%-20s %5s %9s %8s %12s%n", "", "size", "GFLOP/s", "of peak", "of OpenBLAS");
    for (int size : SIZES) {
      try (Arena arena = Arena.ofShared()) {
        SquareProduct ours = new MerapiProduct(size, cache, arena);
        compare(List.of(ours, theirs), Matrices.random(size, 1L, arena));
      }
    }
  }

  /// The last product is the one that the others are compared to.
  private static void compare(List<SquareProduct> products, Matrices matrices) {
    var run = PairedRun.of(products.stream().map(product -> contender(product, matrices)).toList());
    double reference = run.best().getLast();
    row("FMA peak", matrices.size(), run.peak(), run.peak(), reference);
    for (int i = 0; i < products.size(); i++) {
      row(products.get(i).name(), matrices.size(), run.best().get(i), run.peak(), reference);
    }
  }

  private static Contender contender(SquareProduct product, Matrices matrices) {
    int size = matrices.size();
    MemorySegment c = matrices.result();
    product.multiply(matrices.a(), matrices.b(), c, size);
    double error = matrices.error(c, CHECKED);
    if (!(error <= matrices.tolerance())) {
      throw MerapiException.of(Kind.ARGUMENT, "gemm: wrong result")
          .with("by", product.name())
          .with("size", size)
          .with("error", error)
          .with("tolerance", matrices.tolerance());
    }
    double operations = 2.0 * size * size * size;
    return new Contender(
        product.name(), operations, () -> product.multiply(matrices.a(), matrices.b(), c, size));
  }

  private static void row(String name, int size, double gigaflops, double peak, double reference) {
    System.out.printf(
        Locale.ROOT,
        "%-20s %5d %9.1f %7.1f%% %11.2fx%n",
        name,
        size,
        gigaflops,
        100 * gigaflops / peak,
        gigaflops / reference);
  }
}
