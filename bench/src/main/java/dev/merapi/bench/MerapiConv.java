package dev.merapi.bench;

import dev.merapi.kernels.calls.Calls;
import dev.merapi.kernels.conv.BankPlan;
import dev.merapi.kernels.conv.ConvOperands;
import dev.merapi.kernels.conv.ConvPlan;
import dev.merapi.kernels.product.EpilogueOperands;
import dev.merapi.kernels.product.Problem.Weights;
import dev.merapi.kernels.product.TileEpilogue;
import dev.merapi.kernels.target.Targets;
import dev.merapi.memory.Slab;
import java.lang.ref.Reference;

/// Merapi's convolution of one layer, its weights packed, all kernels warm. Weights and workspace
/// lie in slabs, as in a session.
final class MerapiConv implements Runnable {
  private final BankPlan plan;
  private final Slab packed;
  private final Slab workspace;
  private final ConvOperands operands;

  MerapiConv(SquareConv.Operands operands) {
    var geometry = operands.layer().geometry();
    this.plan = ConvPlan.forward(geometry, 1, Weights.PACKED, TileEpilogue.NONE, Targets.host());
    this.packed = Slab.collected(plan.weightBytes());
    this.workspace = Slab.collected(plan.workspaceBytes(1));
    Warm.up(plan.kernels());
    plan.packWeights(Calls.NOW, operands.w().address(), packed.address());
    this.operands =
        new ConvOperands(
            operands.x().address(),
            operands.w().address(),
            packed.address(),
            operands.y().address(),
            EpilogueOperands.NONE,
            workspace.address());
  }

  @Override
  public void run() {
    plan.calls(Calls.NOW, operands, 0, 1);
    Reference.reachabilityFence(this);
  }
}
