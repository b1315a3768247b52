package dev.merapi.kernels.conv;

import dev.merapi.graph.ConvGeometry;
import dev.merapi.kernels.calls.Calls;
import dev.merapi.kernels.conv.Finishing.Pooling;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.jit.TieredKernel;
import dev.merapi.kernels.product.Definition;
import dev.merapi.kernels.product.Problem.Weights;
import dev.merapi.kernels.product.TileEpilogue;
import dev.merapi.kernels.product.TileEpilogue.Span;
import dev.merapi.kernels.target.PlanKernels;
import dev.merapi.kernels.target.Target;
import java.util.List;

/// A convolution in one role and of one geometry, ready to run on any memory.
///
/// All arrays are f32, dense and row-major: `x[N,C,H,W]`, `w[O,C/groups,KH,KW]`, `y[N,O,OH,OW]`. A
/// plan is immutable and may be used by several threads at once, each with a part of the work and a
/// workspace common to all parts. Only elements of the result are shared out, so that the bits do
/// not depend on the parts.
///
/// An epilogue sees the result `[A,B,..]` as `A` images of `B` channels, the other axes together as
/// positions.
public sealed interface ConvPlan extends AutoCloseable permits BankPlan, FilterPlan {
  /// Plans `(x, w) -> y`.
  static BankPlan forward(
      ConvGeometry geometry, long batch, Weights weights, TileEpilogue epilogue, Target target) {
    Correlation problem = Correlation.forward(geometry, batch);
    Finishing finishing = new Finishing(epilogue, Pooling.NONE);
    return BankPlan.of(problem, KernelOrder.FORWARD, weights, finishing, new PlanKernels(target));
  }

  /// Plans `(x, w) -> y` and behind it a max pooling of 2 x 2 with stride 2, whose result is all
  /// that is written. The sum of an element must have one block, and the operands of the epilogue
  /// one element for each channel: [#canPool].
  static BankPlan forwardPooled(
      ConvGeometry geometry, long batch, Weights weights, TileEpilogue epilogue, Target target) {
    Correlation problem = Correlation.forward(geometry, batch);
    Finishing finishing = new Finishing(epilogue, Pooling.MAX_OF_FOUR);
    return BankPlan.of(problem, KernelOrder.FORWARD, weights, finishing, new PlanKernels(target));
  }

  /// Whether there is a [#forwardPooled].
  static boolean canPool(ConvGeometry geometry, TileEpilogue epilogue) {
    Correlation problem = Correlation.forward(geometry, 1);
    return (Winograd.serves(problem) || problem.steps() <= Definition.BLOCK)
        && epilogue.operands().stream()
            .allMatch(each -> each.span() == Span.ROWS && each.element() == MemoryType.F32);
  }

  /// Plans `(dy, w) -> dx`. A sum runs over `k = (output channel, kernel row, kernel column)` with
  /// the kernel's rows and columns from last to first; where the stride is not 1, the zeros between
  /// the elements of `dy` are summed as well.
  static BankPlan data(
      ConvGeometry geometry, long batch, Weights weights, TileEpilogue epilogue, Target target) {
    Correlation problem = Correlation.data(geometry, batch);
    Finishing finishing = new Finishing(epilogue, Pooling.NONE);
    return BankPlan.of(problem, KernelOrder.DATA, weights, finishing, new PlanKernels(target));
  }

  /// Plans `(x, dy) -> dw`. A sum runs over `k = (image, position)`. Its blocks are as many whole
  /// images as [dev.merapi.kernels.product.Definition#BLOCK] positions hold or, where an image has
  /// more, that many positions of one image.
  static FilterPlan filter(
      ConvGeometry geometry, long batch, TileEpilogue epilogue, Target target) {
    return new FilterPlan(Correlation.forward(geometry, batch), epilogue, new PlanKernels(target));
  }

  /// Bytes of working memory, 64-byte aligned, for a number of parts that run at the same time.
  long workspaceBytes(int parts);

  /// The kernels that the plan calls, to be warmed up.
  List<TieredKernel> kernels();

  /// The most parts that all have something to compute.
  long units();

  /// The calls that compute a part of the result. They are the same at each run of the same memory;
  /// as long as some may come, the plan is kept alive.
  ///
  /// @param part number of this part, from 0
  /// @param parts how many there are
  void calls(Calls calls, ConvOperands memory, int part, int parts);

  /// Gives the kernels back, when no run is going on any more.
  @Override
  void close();
}
