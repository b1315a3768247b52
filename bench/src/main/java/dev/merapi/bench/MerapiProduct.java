package dev.merapi.bench;

import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.gemm.Gemm;
import dev.merapi.kernels.gemm.GemmPlan;
import dev.merapi.kernels.gemm.Problem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Merapi's product for one size, both operands packed in each run, all kernels warm.
final class MerapiProduct implements SquareProduct {
  private final GemmPlan plan;
  private final MemorySegment workspace;

  MerapiProduct(int size, KernelCache cache, Arena arena) {
    this.plan = Gemm.plan(Problem.rowMajor(size, size, size), Lanes.widest(), cache);
    this.workspace = arena.allocate(plan.workspaceBytes(1), 64);
    Warm.up(plan.kernels());
  }

  @Override
  public String name() {
    return "Merapi";
  }

  @Override
  public void multiply(MemorySegment a, MemorySegment b, MemorySegment c, int size) {
    plan.run(a.address(), b.address(), c.address(), workspace.address(), 0, 1);
  }
}
