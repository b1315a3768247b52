package dev.merapi.bench;

import dev.merapi.kernels.conv.BankPlan;
import dev.merapi.kernels.conv.ConvPlan;
import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.gemm.Epilogue;
import dev.merapi.kernels.gemm.Problem.Weights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Merapi's convolution of one layer, its weights packed, all kernels warm.
final class MerapiConv implements Runnable {
  private final BankPlan plan;
  private final SquareConv.Operands operands;
  private final MemorySegment packed;
  private final MemorySegment workspace;

  MerapiConv(SquareConv.Operands operands, KernelCache cache, Arena arena) {
    var geometry = operands.layer().geometry();
    this.plan = ConvPlan.forward(geometry, 1, Weights.PACKED, Epilogue.NONE, Lanes.widest(), cache);
    this.operands = operands;
    this.packed = arena.allocate(plan.weightBytes(), 64);
    this.workspace = arena.allocate(plan.workspaceBytes(1), 64);
    Warm.up(plan.kernels());
    plan.packWeights(operands.w().address(), packed.address());
  }

  @Override
  public void run() {
    long source = operands.x().address();
    long result = operands.y().address();
    plan.run(source, packed.address(), result, workspace.address(), 0, 1);
  }
}
