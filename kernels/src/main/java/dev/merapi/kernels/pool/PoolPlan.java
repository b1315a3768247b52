package dev.merapi.kernels.pool;

import dev.merapi.graph.Reduce.Window;
import dev.merapi.graph.TensorType;
import dev.merapi.kernels.calls.Calls;
import dev.merapi.kernels.target.Target;
import java.util.List;

/// A pooling of one geometry, ready to run on any memory: `x[N,C,H,W] -> y[N,C,OH,OW]` or `x[N,C,W]
/// -> y[N,C,OW]`, f32, dense and row-major.
///
/// A sum starts from 0 and goes through the window row by row; a window that lies wholly in the
/// padding gives the neutral element.
public final class PoolPlan extends PlanesPlan {
  private PoolPlan(Planes planes, Pooling pooling, Target target) {
    super(
        planes,
        pooling.table(planes),
        target,
        pooling,
        () -> PoolRoutine.of(pooling),
        () -> PoolTrial.of(pooling));
  }

  /// Plans a pooling.
  ///
  /// @param operand the type of `x`, its sizes constant
  /// @throws dev.merapi.MerapiException of kind `SHAPE` if the window does not fit the operand,
  ///   `UNSUPPORTED_OP` unless there are one or two spatial axes
  public static PoolPlan of(Window window, TensorType operand, Target target) {
    window.infer(List.of(operand));
    Planes planes = Planes.of(window.geometry(), operand);
    Pooling pooling = Pooling.of(window.monoid(), planes, target.registerLanes());
    return new PoolPlan(planes, pooling, target);
  }

  /// The call that computes a part of the result.
  ///
  /// @param x address of the operand
  /// @param y address of the result
  /// @param table as [#writeTable] has left it
  /// @param part number of this part, from 0
  /// @param parts how many there are
  public void calls(Calls calls, long x, long y, long table, int part, int parts) {
    int first = first(part, parts);
    int end = first(part + 1, parts);
    calls.call(kernel(end - first), x, y, table, first, end, 0);
  }
}
