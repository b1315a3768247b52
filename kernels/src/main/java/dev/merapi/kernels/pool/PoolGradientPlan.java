package dev.merapi.kernels.pool;

import dev.merapi.graph.Reduce.Window;
import dev.merapi.graph.Reduce.WindowGrad;
import dev.merapi.graph.TensorType;
import dev.merapi.kernels.calls.Calls;
import dev.merapi.kernels.target.Target;
import java.util.List;

/// The gradient of a pooling by its operand, ready to run on any memory: `(x, dy) -> dx` with the
/// shapes of [PoolPlan].
///
/// The first extreme element of each window receives the gradient of its position, the first NaN
/// counting as the extreme; under a sum every element does. Where windows overlap, the positions
/// are added up in row-major order. What no window covers becomes 0.
public final class PoolGradientPlan extends PlanesPlan {
  private PoolGradientPlan(Planes planes, PoolingGradient gradient, Target target) {
    super(
        planes,
        gradient.table(planes),
        target,
        gradient,
        () -> PoolGradientRoutine.of(gradient),
        () -> PoolTrial.of(gradient));
  }

  /// Plans a gradient.
  ///
  /// @param operand the type of `x`, its sizes constant
  /// @throws dev.merapi.MerapiException of kind `SHAPE` if the window does not fit the operand,
  ///   `UNSUPPORTED_OP` unless there are one or two spatial axes
  public static PoolGradientPlan of(WindowGrad window, TensorType operand, Target target) {
    new Window(window.monoid(), window.geometry()).infer(List.of(operand));
    Planes planes = Planes.of(window.geometry(), operand);
    var gradient = PoolingGradient.of(window.monoid(), planes, target.registerLanes());
    return new PoolGradientPlan(planes, gradient, target);
  }

  /// The call that computes a part of the gradient.
  ///
  /// @param x address of the operand; not read for sums
  /// @param dy address of the result's gradient
  /// @param dx address of the operand's gradient
  /// @param table as [#writeTable] has left it
  /// @param part number of this part, from 0
  /// @param parts how many there are
  public void calls(Calls calls, long x, long dy, long dx, long table, int part, int parts) {
    int first = first(part, parts);
    int end = first(part + 1, parts);
    calls.call(kernel(end - first), x, dy, dx, table, first, end);
  }
}
