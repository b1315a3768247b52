package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.compiler.Operations;
import dev.merapi.graph.WindowGeometry;
import dev.merapi.spi.Operand;
import dev.merapi.spi.Program;
import dev.merapi.spi.Region;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/// Holds a program to the memory and the work that are allowed, before a backend makes anything of
/// it.
final class ProgramLimits {
  private ProgramLimits() {}

  /// @throws MerapiException of kind `MEMORY` if buffers take more bytes than allowed, or a kernel
  ///   walks over more points; of kind `LIMIT` if a run takes more operations
  static void check(Program program, CompileOptions options) {
    checkMemory(program, options.maxMemory());
    checkOperations(program, options.maxOperations());
  }

  private static void checkOperations(Program program, long allowed) {
    long operations = Operations.of(program);
    if (operations > allowed) {
      Region largest = Collections.max(program.regions(), Comparator.comparingLong(Operations::of));
      throw MerapiException.of(Kind.LIMIT, "compile: a run takes more operations than allowed")
          .with("operations", operations)
          .with("allowed", allowed)
          .with("of the largest kernel", Operations.of(largest))
          .at(largest.label())
          .hint("bind smaller sizes or raise maxOperations");
    }
  }

  private static void checkMemory(Program program, long maxMemory) {
    long bytes = program.persistentBytes() + program.sessionBytes();
    if (bytes > maxMemory) {
      throw tooLarge("compile: needs more memory than allowed", maxMemory).with("needed", bytes);
    }
    for (Region region : program.regions()) {
      double points = points(region);
      if (points > maxMemory) {
        throw tooLarge("compile: a kernel walks over more points than memory is allowed", maxMemory)
            .with("points", points)
            .at(region.label());
      }
    }
  }

  private static MerapiException tooLarge(String what, long maxMemory) {
    return MerapiException.of(Kind.MEMORY, what)
        .with("allowed", maxMemory)
        .hint("bind smaller sizes or raise maxMemory");
  }

  /// The points that a kernel visits once each; what it visits again and again, as a product does,
  /// is not counted.
  private static double points(Region region) {
    return switch (region) {
      case Region.Loops loops -> product(loops.nest().extents());
      case Region.Product p ->
          (double) p.batch() * Math.max((double) p.m() * p.k(), (double) p.k() * p.n());
      case Region.Convolution c -> {
        List<Long> sizes = c.conv().geometry().spatial().stream().map(dim -> dim.value()).toList();
        yield padded(sizes, c.conv().geometry().window());
      }
      case Region.Pool pool -> padded(spatial(pool.in()), pool.window().geometry());
      case Region.PoolGradient pool -> padded(spatial(pool.in()), pool.window().geometry());
      case Region.Indexed _, Region.UserDefined _ -> 0;
    };
  }

  private static double product(List<Long> sizes) {
    double product = 1;
    for (long size : sizes) {
      product *= Math.max(1, size);
    }
    return product;
  }

  private static List<Long> spatial(Operand operand) {
    List<Long> sizes = operand.type().shape().dims().stream().map(dim -> dim.value()).toList();
    return sizes.subList(2, sizes.size());
  }

  private static double padded(List<Long> sizes, WindowGeometry geometry) {
    double product = 1;
    for (int i = 0; i < sizes.size(); i++) {
      product *= Math.max(1, sizes.get(i) + geometry.padLow().get(i) + geometry.padHigh().get(i));
    }
    return product;
  }
}
