package dev.merapi.kernels.conv;

import dev.merapi.kernels.product.KernelTable;
import dev.merapi.kernels.product.Tile;
import dev.merapi.kernels.target.BytecodeTarget;
import dev.merapi.kernels.target.MachineTarget;
import dev.merapi.kernels.target.Target;
import java.util.List;

/// A tile of output channels by vectors of positions, whose sums are in registers, and what it
/// costs.
///
/// @param stepCycles estimated cycles of one step, two multiply-adds a cycle at the peak
record RegisterTile(Tile tile, double stepCycles) {
  private static final double OPERATIONS_PER_CYCLE = 2;

  /// Cycles until a sum is ready for the next step.
  private static final int LATENCY = 4;

  /// A form of tiles and the share of the machine's peak that it reached on unaligned pixels in the
  /// second level of cache, compiled by C2, measured on one machine with AVX-512. Few, so that
  /// layers share what has to be warmed up.
  private record Rated(int rows, int vectors, double share) {
    RegisterTile of(int lanes) {
      return new RegisterTile(
          new Tile(rows, vectors, lanes), rows * vectors / (OPERATIONS_PER_CYCLE * share));
    }
  }

  private static final List<Rated> RATED_OF_32 =
      List.of(
          new Rated(11, 2, 0.98),
          new Rated(6, 4, 0.98),
          new Rated(4, 6, 0.97),
          new Rated(5, 4, 0.97),
          new Rated(8, 3, 0.96),
          new Rated(13, 2, 0.82),
          new Rated(6, 2, 0.75),
          new Rated(16, 1, 0.74),
          new Rated(3, 6, 0.75),
          new Rated(2, 8, 0.57),
          new Rated(1, 8, 0.33));

  private static final List<Rated> RATED_OF_16 =
      List.of(
          new Rated(6, 2, 0.97),
          new Rated(4, 3, 0.95),
          new Rated(2, 5, 0.75),
          new Rated(1, 6, 0.3));

  private static final int MANY_REGISTERS = 32;

  /// The tiles to choose from, the generally best ones first.
  ///
  /// @param outputs output channels: what is at hand for rows
  static List<RegisterTile> of(int outputs, Target target) {
    int lanes = target.registerLanes();
    return switch (target) {
      case MachineTarget machine ->
          KernelTable.of(machine.level()).stream()
              .map(kernel -> compiled(kernel.tile(outputs)))
              .toList();
      case BytecodeTarget bytecode ->
          (bytecode.registers() == MANY_REGISTERS ? RATED_OF_32 : RATED_OF_16)
              .stream().map(rated -> rated.of(lanes)).toList();
    };
  }

  /// All sums of a tile of the table are in registers. A vector of pixels may lie in two lines of
  /// the cache.
  private static RegisterTile compiled(Tile tile) {
    double sums = tile.rows() * tile.vectors();
    double loads = tile.rows() + 2.0 * tile.vectors();
    return new RegisterTile(tile, Math.max(LATENCY, Math.max(sums, loads) / OPERATIONS_PER_CYCLE));
  }
}
