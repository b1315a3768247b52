package dev.merapi.bench;

import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.gemm.Gemm;
import dev.merapi.kernels.gemm.GemmPlan;
import dev.merapi.kernels.gemm.Problem;
import dev.merapi.memory.Slab;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/// Merapi's product for one size, packing included, all kernels warm. What is packed lies in a
/// slab, as in a session.
final class MerapiProduct implements SquareProduct {
  private final GemmPlan plan;
  private final Slab workspace;

  MerapiProduct(int size, KernelCache cache) {
    this.plan = Gemm.plan(Problem.rowMajor(size, size, size), Lanes.widest(), cache);
    this.workspace = Slab.collected(plan.workspaceBytes(1));
    Warm.up(plan.kernels());
  }

  @Override
  public String name() {
    return "Merapi";
  }

  @Override
  public void multiply(MemorySegment a, MemorySegment b, MemorySegment c, int size) {
    plan.run(a.address(), b.address(), c.address(), workspace.address(), 0, 1);
    Reference.reachabilityFence(this);
  }
}
