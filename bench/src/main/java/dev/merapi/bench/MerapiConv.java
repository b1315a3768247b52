package dev.merapi.bench;

import dev.merapi.kernels.conv.ConvPlan;
import dev.merapi.kernels.conv.CorrelationPlan;
import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.gemm.Epilogue;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Merapi's convolution of one layer, its weights packed, all kernels warm.
final class MerapiConv implements Runnable {
  private final CorrelationPlan plan;
  private final SquareConv.Operands operands;
  private final MemorySegment packed;
  private final MemorySegment workspace;

  MerapiConv(SquareConv.Operands operands, KernelCache cache, Arena arena) {
    this.plan =
        ConvPlan.forward(operands.layer().geometry(), 1, Epilogue.NONE, Lanes.widest(), cache);
    this.operands = operands;
    this.packed = arena.allocate(plan.packedBytes(), 64);
    this.workspace = arena.allocate(plan.workspaceBytes(1), 64);
    Warm.up(plan.kernels());
    plan.pack(operands.w().address(), packed.address(), 0, 1);
  }

  @Override
  public void run() {
    long source = operands.x().address();
    long result = operands.y().address();
    plan.run(source, packed.address(), result, 0, workspace.address(), 0, 1);
  }
}
