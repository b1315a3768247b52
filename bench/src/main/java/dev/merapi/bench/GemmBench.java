package dev.merapi.bench;

import dev.merapi.bench.PairedRun.Contender;
import dev.merapi.kernels.jit.KernelCache;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// `./merapi bench gemm`: the f32 product of square matrices on one thread, packing included,
/// beside OpenBLAS and the FMA peak. Every result is checked before it is timed.
final class GemmBench {
  private static final int[] SIZES = {480, 960, 1920};
  private static final int CHECKED = 61;

  private GemmBench() {}

  static void main() {
    SquareProduct theirs = OpenBlas.load();
    var cache = new KernelCache();
    Table.head();
    for (int size : SIZES) {
      try (Arena arena = Arena.ofShared()) {
        List<SquareProduct> products = new ArrayList<>();
        MerapiProduct.machine(size).ifPresent(products::add);
        products.add(MerapiProduct.vectors(size, cache));
        products.add(theirs);
        compare(products, Matrices.random(size, 1L, arena));
      }
    }
  }

  private static void compare(List<SquareProduct> products, Matrices matrices) {
    var contenders = products.stream().map(product -> contender(product, matrices)).toList();
    Table.rows(work(matrices.size()), contenders, PairedRun.of(contenders));
  }

  private static String work(int size) {
    return size + " x " + size;
  }

  private static Contender contender(SquareProduct product, Matrices matrices) {
    int size = matrices.size();
    MemorySegment c = matrices.result();
    product.multiply(matrices.a(), matrices.b(), c, size);
    Table.check(product.name(), work(size), matrices.error(c, CHECKED), Floats.tolerance(size));
    double operations = 2.0 * size * size * size;
    return new Contender(
        product.name(), operations, () -> product.multiply(matrices.a(), matrices.b(), c, size));
  }
}
