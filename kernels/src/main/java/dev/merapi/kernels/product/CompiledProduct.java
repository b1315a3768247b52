package dev.merapi.kernels.product;

import dev.merapi.kernels.calls.Calls;
import dev.merapi.kernels.jit.CallTime;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.TieredKernel;
import dev.merapi.kernels.product.Problem.Weights;
import dev.merapi.kernels.target.MadeKernel;
import dev.merapi.kernels.target.PlanKernels;
import dev.merapi.kernels.target.Target;
import java.util.List;
import java.util.Optional;

/// A product, compiled for a target. It is ready to run any number of times, in any threads, each
/// run with a workspace of its own.
///
/// A run may be split in `parts` that compute disjoint elements of C and share nothing but what
/// they read. Their results are the same for any number of parts.
///
/// The workspace holds for each part its [Arguments] and its area.
public final class CompiledProduct implements AutoCloseable {
  private final ProductPlan plan;
  private final boolean isSwapped;
  private final PlanKernels made;
  private final ProductPlan.Kernels kernels;

  /// Not among the [#kernels]: it packs once for a model, and is not worth a warm-up.
  private final Optional<MadeKernel> packing;

  private final long argumentBytes;

  private CompiledProduct(ProductPlan plan, boolean isSwapped, Target target) {
    this.plan = plan;
    this.isSwapped = isSwapped;
    this.made = new PlanKernels(target);
    boolean isBrief = isBrief(plan);
    Kernel tall = chosen(isBrief, strips(plan.tall()));
    this.kernels =
        new ProductPlan.Kernels(
            tall,
            plan.lower().map(lower -> chosen(isBrief, strips(lower))).orElse(tall),
            plan.packingOfB().map(each -> chosen(isBrief, made(each))));
    this.packing =
        plan.problem().weights() == Weights.PACKED
            ? Optional.of(packing(plan.packing(), target))
            : Optional.empty();
    this.argumentBytes = Blocks.align(plan.argumentBytes());
  }

  private Kernel strips(Strips strips) {
    return made.make(strips, strips::routine, () -> new StripsTrial(strips));
  }

  private Kernel made(Packing each) {
    return made.make(each, each::routine, () -> new PackingTrial(each));
  }

  private static Kernel chosen(boolean isBrief, Kernel kernel) {
    return isBrief ? kernel : kernel.lasting();
  }

  private static MadeKernel packing(Packing packing, Target target) {
    return target.make(packing, packing::routine, () -> new PackingTrial(packing));
  }

  /// The product, compiled now.
  public static CompiledProduct of(Problem problem, TileEpilogue epilogue, Target target) {
    // One column of C is one row of its transpose, which has work for all lanes.
    boolean swap =
        problem.n() == 1
            && problem.m() > 1
            && problem.rowC() == 1
            && problem.weights() == Weights.FRESH
            && epilogue.canTranspose();
    ProductPlan plan =
        swap
            ? ProductPlan.of(problem.transposed(), epilogue.transposed(), target)
            : ProductPlan.of(problem, epilogue, target);
    return new CompiledProduct(plan, swap, target);
  }

  /// Whether a run ends so soon that the collector may wait for it.
  static boolean isBrief(ProductPlan plan) {
    Problem problem = plan.problem();
    long computations = plan.tall().strip().epilogue().computations();
    double m = problem.m();
    double n = problem.n();
    double k = problem.k();
    double perElement = k * CallTime.MULTIPLIED + computations * CallTime.COMPUTED + CallTime.MOVED;
    return CallTime.isBrief(m * n * perElement + (m + n) * k * CallTime.MOVED);
  }

  ProductPlan plan() {
    return plan;
  }

  /// The kernels that a warm-up makes faster.
  public List<TieredKernel> kernels() {
    return made.tiers();
  }

  /// Bytes of the workspace of a run, to be aligned to 64 bytes.
  public long workspaceBytes(int parts) {
    return parts * partBytes();
  }

  private long partBytes() {
    return argumentBytes + Blocks.align(plan.areaBytes());
  }

  /// Bytes of B in the layout of [#packWeights].
  public long weightBytes() {
    return plan.weightBytes();
  }

  /// What decides the layout of [#packWeights]: equal for products that may use each other's
  /// weights.
  public Object weightLayout() {
    return plan.weightLayout();
  }

  /// Brings B into the layout that runs expect where the problem says [Problem.Weights#PACKED].
  ///
  /// @param b address of B with the problem's strides
  /// @param weights address of [#weightBytes], aligned to 64 bytes
  public void packWeights(long b, long weights) {
    plan.packWeights(packing.orElseThrow().kernel(), b, weights);
  }

  /// The most parts that all have something to compute.
  public int units() {
    return plan.units();
  }

  /// The calls that compute one part of the product; they are the same at each run of the same
  /// memory.
  ///
  /// @param a address of A
  /// @param b address of B, or of its packed form
  /// @param c address of C
  /// @param operands of the epilogue
  /// @param batch which matrices of the operands
  /// @param workspace address of [#workspaceBytes]
  /// @param part number of this part, from 0
  /// @param parts how many there are
  public void calls(
      Calls calls,
      long a,
      long b,
      long c,
      EpilogueOperands operands,
      long batch,
      long workspace,
      int part,
      int parts) {
    long own = workspace + part * partBytes();
    long block = calls.block(own, (int) plan.argumentBytes() / Long.BYTES);
    long area = own + argumentBytes;
    plan.writeArguments(calls, block, c, area);
    for (int i = 0; i < operands.count(); i++) {
      ProductPlan.writeOperand(calls, block, i, operands.address(i, batch), operands.rowBytes(i));
    }
    plan.calls(calls, kernels, block, isSwapped ? b : a, isSwapped ? a : b, area, part, parts);
  }

  /// Gives back code that nobody else uses.
  @Override
  public void close() {
    made.close();
    packing.ifPresent(each -> each.release().run());
  }
}
