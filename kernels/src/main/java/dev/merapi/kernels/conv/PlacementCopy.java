package dev.merapi.kernels.conv;

import dev.merapi.kernels.calls.Calls;
import dev.merapi.kernels.conv.Axis.Run;
import dev.merapi.kernels.conv.Placement.Plane;
import dev.merapi.kernels.jit.CallTime;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.target.PlanKernels;
import java.util.stream.IntStream;

/// Brings the channels of one group of an image to where a [Placement] wants them: a call for each
/// plane.
final class PlacementCopy {
  private final boolean isInPlace;
  private final Move[] moves;
  private final long planeStrides;

  /// What the call for a plane is made with.
  ///
  /// @param from bytes from the start of the source
  /// @param to bytes from the start of the workspace
  private record Move(
      Kernel kernel, long from, long to, long extent, long lineStrides, long spread) {}

  PlacementCopy(Placement placement, PlanKernels kernels) {
    this.isInPlace = placement.isInPlace();
    this.moves = isInPlace ? new Move[0] : moves(placement, placement.copy().in(kernels));
    this.planeStrides =
        PlaneCopy.pair(
            placement.problem().sourcePlane() * Float.BYTES,
            placement.planes() * placement.planeLength() * Float.BYTES);
  }

  private static Move[] moves(Placement placement, Kernel kernel) {
    return IntStream.range(0, placement.planes())
        .filter(i -> !placement.plane(i).isEmpty())
        .mapToObj(i -> move(placement, i, kernel))
        .toArray(Move[]::new);
  }

  private static Move move(Placement placement, int index, Kernel kernel) {
    Plane plane = placement.plane(index);
    Correlation problem = placement.problem();
    Run rows = plane.rows();
    Run columns = plane.columns();
    long width = problem.columns().source();
    long from = rows.from() * width + columns.from();
    long to =
        index * placement.planeLength() + (long) rows.to() * placement.lineLength() + columns.to();
    double floats = (double) rows.count() * columns.count() * problem.inputs();
    return new Move(
        CallTime.choose(kernel, floats * CallTime.MOVED),
        from * Float.BYTES,
        to * Float.BYTES,
        PlaneCopy.pair(columns.count(), rows.count()),
        PlaneCopy.pair(
            rows.fromStep() * width * Float.BYTES,
            (long) rows.toStep() * placement.lineLength() * Float.BYTES),
        PlaneCopy.spread(problem.inputs(), columns.fromStep(), columns.toStep()));
  }

  /// Copies the channels, unless they are read in place; what else is in the workspace stays as it
  /// is.
  ///
  /// @param source address of the first channel
  /// @return address of the placed channels
  long place(Calls calls, long source, long workspace) {
    for (Move move : moves) {
      calls.call(
          move.kernel,
          source + move.from,
          workspace + move.to,
          move.extent,
          move.lineStrides,
          planeStrides,
          move.spread);
    }
    return isInPlace ? source : workspace;
  }
}
