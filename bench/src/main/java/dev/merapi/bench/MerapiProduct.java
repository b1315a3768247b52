package dev.merapi.bench;

import dev.merapi.kernels.calls.Calls;
import dev.merapi.kernels.jit.KernelCache;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.kernels.machine.Cpu.Level;
import dev.merapi.kernels.product.CompiledProduct;
import dev.merapi.kernels.product.EpilogueOperands;
import dev.merapi.kernels.product.Problem;
import dev.merapi.kernels.product.TileEpilogue;
import dev.merapi.kernels.target.BytecodeTarget;
import dev.merapi.kernels.target.MachineTarget;
import dev.merapi.kernels.target.MachineTarget.Result.Found;
import dev.merapi.kernels.target.Target;
import dev.merapi.memory.Slab;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Optional;

/// Merapi's product for one size, packing included, all kernels warm. What is packed lies in a
/// slab, as in a session.
final class MerapiProduct implements SquareProduct {
  private final String name;
  private final CompiledProduct plan;
  private final Slab workspace;

  private MerapiProduct(String name, CompiledProduct plan) {
    this.name = name;
    this.plan = plan;
    this.workspace = Slab.collected(plan.workspaceBytes(1));
    Warm.up(plan.kernels());
  }

  /// With kernels of the Vector API.
  static MerapiProduct vectors(int size, KernelCache cache) {
    return of("Merapi, Vector API", size, new BytecodeTarget(Lanes.widest(), cache));
  }

  /// As machine code, where there can be some.
  static Optional<MerapiProduct> machine(int size) {
    return MachineTarget.upTo(Level.AVX512) instanceof Found(MachineTarget target)
        ? Optional.of(of("Merapi, " + target, size, target))
        : Optional.empty();
  }

  private static MerapiProduct of(String name, int size, Target target) {
    return new MerapiProduct(name, CompiledProduct.of(problem(size), TileEpilogue.NONE, target));
  }

  private static Problem problem(int size) {
    return Problem.rowMajor(size, size, size);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void multiply(MemorySegment a, MemorySegment b, MemorySegment c, int size) {
    plan.calls(
        Calls.NOW,
        a.address(),
        b.address(),
        c.address(),
        EpilogueOperands.NONE,
        0,
        workspace.address(),
        0,
        1);
    Reference.reachabilityFence(this);
  }
}
