package dev.merapi.kernels.cpu;

import dev.merapi.graph.Contract.Role;
import dev.merapi.graph.ConvGeometry;
import dev.merapi.graph.Dim;
import dev.merapi.kernels.calls.Calls;
import dev.merapi.kernels.conv.BankPlan;
import dev.merapi.kernels.conv.ConvOperands;
import dev.merapi.kernels.conv.ConvPlan;
import dev.merapi.kernels.jit.TieredKernel;
import dev.merapi.kernels.product.Problem.Weights;
import dev.merapi.kernels.target.Target;
import dev.merapi.spi.Packed;
import dev.merapi.spi.Program;
import dev.merapi.spi.Region;
import java.util.List;
import java.util.Optional;

/// A convolution in any role. Frozen filters are packed once.
final class ConvolutionKernel implements RegionKernel {
  /// Multiplications below which a second thread costs more than it brings.
  private static final long WORTH_A_THREAD = 200_000;

  private final Region.Convolution region;
  private final ConvPlan plan;
  private final Weights weights;

  private ConvolutionKernel(Region.Convolution region, ConvPlan plan, Weights weights) {
    this.region = region;
    this.plan = plan;
    this.weights = weights;
  }

  static ConvolutionKernel of(
      Region.Convolution region, Program.Parameters parameters, Target target) {
    Weights weights = weights(region, parameters);
    ConvGeometry geometry = region.conv().geometry();
    var epilogue = FnEpilogue.of(region.epilogue());
    long batch = batch(region);
    ConvPlan plan =
        switch (region.conv().role()) {
          case FORWARD -> ConvPlan.forward(geometry, batch, weights, epilogue, target);
          case DATA -> ConvPlan.data(geometry, batch, weights, epilogue, target);
          case FILTER -> ConvPlan.filter(geometry, batch, epilogue, target);
        };
    return new ConvolutionKernel(region, plan, weights);
  }

  /// A forward convolution and the max pooling of 2 x 2 behind it.
  static ConvolutionKernel pooled(
      Region.Convolution region, Program.Parameters parameters, Target target) {
    Weights weights = weights(region, parameters);
    ConvGeometry geometry = region.conv().geometry();
    var epilogue = FnEpilogue.of(region.epilogue());
    ConvPlan plan = ConvPlan.forwardPooled(geometry, batch(region), weights, epilogue, target);
    return new ConvolutionKernel(region, plan, weights);
  }

  private static Weights weights(Region.Convolution region, Program.Parameters parameters) {
    boolean frozen =
        region.conv().role() != Role.FILTER
            && parameters == Program.Parameters.FROZEN
            && region.second().buffer().space().isPersistent();
    return frozen ? Weights.PACKED : Weights.FRESH;
  }

  /// The number of images; the first operand is `x` or `dy` in every role.
  private static long batch(Region.Convolution region) {
    return region.first().type().shape().size(0);
  }

  @Override
  public long work() {
    return multiplications();
  }

  @Override
  public String label() {
    return region.label();
  }

  @Override
  public Optional<Packed> packed() {
    return weights == Weights.PACKED && plan instanceof BankPlan bank
        ? Optional.of(
            new Packed(
                region.second().buffer(),
                bank.weightLayout(),
                bank.weightBytes(),
                (w, packed) -> bank.packWeights(Calls.NOW, w, packed)))
        : Optional.empty();
  }

  @Override
  public long scratchBytes(int threads) {
    return plan.workspaceBytes(threads);
  }

  @Override
  public List<Phase> bind(Memory memory, int threads) {
    return List.of(phase(memory, memory.address(region.out().buffer())));
  }

  /// The convolution, its result written to an address.
  Phase phase(Memory memory, long result) {
    var operands =
        new ConvOperands(
            memory.address(region.first().buffer()),
            memory.address(region.second().buffer()),
            memory.packed(),
            result,
            memory.operands(region.epilogue()),
            memory.scratch());
    return Phase.kernels(
        Math.min(plan.units(), multiplications() / WORTH_A_THREAD),
        multiplications(),
        (calls, part, parts) -> plan.calls(calls, operands, part, parts));
  }

  private long multiplications() {
    ConvGeometry geometry = region.conv().geometry();
    long positions = geometry.output(Dim.of(batch(region))).shape().elements();
    return positions * (geometry.filter().shape().elements() / geometry.outChannels());
  }

  @Override
  public List<TieredKernel> kernels() {
    return plan.kernels();
  }

  @Override
  public void close() {
    plan.close();
  }
}
