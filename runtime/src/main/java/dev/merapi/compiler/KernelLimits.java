package dev.merapi.compiler;

import dev.merapi.graph.MapOp;
import dev.merapi.graph.Node;
import dev.merapi.spi.LoopLimits;

/// How large kernels may grow, whatever the target. Where fusion would exceed one of these, a value
/// goes through memory, unless [Merging] finds that the target takes more.
final class KernelLimits {
  /// Largest cost of one kernel.
  static final int COST = LoopLimits.COMMON.computations();

  /// Largest cost with what later traversals compute again.
  static final int COST_OF_ALL_STAGES = 2 * COST;

  /// Most memory accesses of one kernel.
  static final int ACCESSES = LoopLimits.COMMON.accesses();

  /// Largest cost of one map that joins an epilogue, where registers are few.
  static final int COST_OF_EPILOGUE_MAP = 80;

  /// Most operands of an epilogue beside the sum.
  static final int EPILOGUE_OPERANDS = 8;

  /// Most maps that wait for each other before one of them is computed, those behind views too.
  static final int WAITING = 256;

  /// Most maps that wait one behind the other with a view in between: they cannot be one kernel.
  static final int WAITING_BEHIND_VIEWS = 16;

  /// Most loops that a node tries to join: others are full, or far away.
  static final int CANDIDATES = 16;

  /// Most steps that are looked at to find out whether one needs another: if that leaves it open,
  /// it does. A search that long is met only in graphs of thousands of kernels.
  static final int SEARCH = 1000;

  private KernelLimits() {}

  /// The cost of a node in a kernel; nothing is free.
  static int cost(Node node) {
    return node.op() instanceof MapOp map ? Math.max(1, ScalarCost.of(map.fn())) : 2;
  }
}
