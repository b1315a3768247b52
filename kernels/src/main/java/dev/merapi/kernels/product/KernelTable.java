package dev.merapi.kernels.product;

import dev.merapi.kernels.machine.Cpu.Level;
import dev.merapi.kernels.target.BytecodeTarget;
import dev.merapi.kernels.target.MachineTarget;
import dev.merapi.kernels.target.Target;
import java.util.ArrayList;
import java.util.List;

/// All ways to compute a product; what chooses, tests and measures enumerates them.
///
/// A tile has as many sums as leave registers for the vectors of B in a step and for one element of
/// A, or where it is wider than high, for the elements and one vector. Wider ones are for few rows,
/// which would have too few sums at a time, and narrow ones for few columns. The JIT has fewer sums
/// in registers: its tiles are those that it was seen to keep there. Those of four lanes with more
/// than sixteen registers are for ARM, where up to four multiply-adds of 128 bits start in a cycle.
public final class KernelTable {
  /// The generally best ones first: similar shapes should share kernels.
  public static final List<ProductKernel> KERNELS =
      List.of(
          f32(14, 2, 16, Level.AVX512),
          f32(9, 3, 16, Level.AVX512),
          f32(6, 4, 16, Level.AVX512),
          f32(28, 1, 16, Level.AVX512),
          f32(4, 6, 16, Level.AVX512),
          f32(3, 8, 16, Level.AVX512),
          f32(6, 2, 8, Level.AVX2),
          f32(4, 3, 8, Level.AVX2),
          f32(12, 1, 8, Level.AVX2),
          f32(3, 4, 8, Level.AVX2),
          f32(2, 6, 8, Level.AVX2),
          f32(1, 8, 8, Level.AVX2),
          f32(11, 2, 16, Level.NONE),
          f32(6, 4, 16, Level.NONE),
          f32(4, 6, 16, Level.NONE),
          f32(16, 1, 16, Level.NONE),
          f32(2, 8, 16, Level.NONE),
          f32(1, 8, 16, Level.NONE),
          f32(6, 2, 8, Level.NONE),
          f32(4, 3, 8, Level.NONE),
          f32(2, 5, 8, Level.NONE),
          f32(1, 6, 8, Level.NONE),
          f32(11, 2, 4, Level.NONE),
          f32(6, 4, 4, Level.NONE),
          f32(4, 6, 4, Level.NONE),
          f32(16, 1, 4, Level.NONE),
          f32(2, 8, 4, Level.NONE),
          f32(6, 2, 4, Level.NONE),
          f32(4, 3, 4, Level.NONE),
          f32(2, 5, 4, Level.NONE),
          f32(1, 6, 4, Level.NONE),
          f32(3, 4, 1, Level.NONE),
          f32(1, 8, 1, Level.NONE));

  /// A kernel must be this much cheaper than one before it to be preferred.
  private static final double BETTER = 0.97;

  private KernelTable() {}

  private static ProductKernel f32(int mostRows, int vectors, int lanes, Level needs) {
    return new ProductKernel(
        OperandTypes.F32, Definition.F32_CHAIN_OF_640, mostRows, vectors, lanes, needs);
  }

  /// Those of the highest level that a processor has.
  public static List<ProductKernel> of(Level level) {
    Level needs = Level.NONE;
    for (ProductKernel each : KERNELS) {
      if (each.needs().compareTo(level) <= 0 && each.needs().compareTo(needs) > 0) {
        needs = each.needs();
      }
    }
    if (needs == Level.NONE) {
      throw new IllegalArgumentException("no kernels of products: level=" + level);
    }
    List<ProductKernel> found = new ArrayList<>();
    for (ProductKernel each : KERNELS) {
      if (each.needs() == needs) {
        found.add(each);
      }
    }
    return List.copyOf(found);
  }

  /// Those for a target.
  public static List<ProductKernel> of(Target target) {
    return switch (target) {
      case MachineTarget machine -> of(machine.level());
      case BytecodeTarget bytecode ->
          KERNELS.stream()
              .filter(each -> each.form() == CodeForm.SHORT)
              .filter(each -> each.lanes() == bytecode.registerLanes())
              .filter(each -> each.registers() <= bytecode.registers())
              .toList();
    };
  }

  /// The kernel for a shape, from the shape alone.
  public static ProductKernel choose(int m, int n, Target target) {
    List<ProductKernel> kernels = of(target);
    ProductKernel best = kernels.getFirst();
    for (ProductKernel kernel : kernels) {
      boolean suits = kernel.form() == CodeForm.SHORT || kernel.fitsPanels(n);
      if (suits && kernel.cost(m, n) < best.cost(m, n) * BETTER) {
        best = kernel;
      }
    }
    return best;
  }
}
