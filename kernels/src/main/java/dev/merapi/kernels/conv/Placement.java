package dev.merapi.kernels.conv;

import dev.merapi.kernels.conv.Axis.Run;
import dev.merapi.kernels.emit.Kernel;
import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.TieredKernel;
import java.util.ArrayList;
import java.util.List;

/// How the images of one group lie for the micro-kernel: in place, or copied into a workspace with
/// their padding and, for strides, with the pixels of one phase together.
///
/// A channel has one padded plane for each pair of phases that some tap reads. Output position `(i,
/// j)` has the index `i * lineLength + j` in each plane.
final class Placement {
  private final Correlation problem;
  private final boolean inPlace;
  private final List<Plane> planes = new ArrayList<>();
  private final int lineLength;
  private final long planeLength;
  private final TieredKernel copy;

  /// One phase of a channel and the pixels that are copied there.
  private record Plane(int rowPhase, int columnPhase, Run rows, Run columns) {}

  /// @param inPlace whether the images are read where they lie; only for plain axes
  Placement(Correlation problem, boolean inPlace, Lanes lanes, KernelCache cache) {
    this.problem = problem;
    this.inPlace = inPlace;
    Axis rows = problem.rows();
    Axis columns = problem.columns();
    this.lineLength = inPlace ? columns.source() : columns.phaseLength();
    this.planeLength =
        inPlace ? problem.sourcePlane() : (long) rows.phaseLength() * columns.phaseLength();
    for (int i = 0; i < rows.taps(); i++) {
      for (int j = 0; j < columns.taps(); j++) {
        addPlane(rows.phase(i), columns.phase(j));
      }
    }
    boolean dense = columns.stride() == 1 && columns.insert() == 1;
    this.copy =
        new PlaneCopy(dense ? PlaneCopy.Lines.DENSE : PlaneCopy.Lines.SPREAD, lanes).in(cache);
  }

  private void addPlane(int rowPhase, int columnPhase) {
    if (indexOf(rowPhase, columnPhase) < 0) {
      Run rows = problem.rows().run(rowPhase);
      Run columns = problem.columns().run(columnPhase);
      planes.add(new Plane(rowPhase, columnPhase, rows, columns));
    }
  }

  private int indexOf(int rowPhase, int columnPhase) {
    for (int i = 0; i < planes.size(); i++) {
      if (planes.get(i).rowPhase == rowPhase && planes.get(i).columnPhase == columnPhase) {
        return i;
      }
    }
    return -1;
  }

  boolean isInPlace() {
    return inPlace;
  }

  TieredKernel kernel() {
    return copy;
  }

  /// Floats from one line of positions to the next.
  int lineLength() {
    return lineLength;
  }

  /// Floats of the workspace for one group's channels, 0 in place.
  long workspaceLength() {
    return inPlace ? 0 : (long) problem.inputs() * planes.size() * planeLength;
  }

  /// The offset of each step in bytes, relative to the position's index.
  int[] offsets() {
    Axis rows = problem.rows();
    Axis columns = problem.columns();
    int[] offsets = new int[problem.steps()];
    int step = 0;
    for (int channel = 0; channel < problem.inputs(); channel++) {
      for (int i = 0; i < rows.taps(); i++) {
        for (int j = 0; j < columns.taps(); j++) {
          long plane =
              inPlace
                  ? channel
                  : (long) channel * planes.size() + indexOf(rows.phase(i), columns.phase(j));
          long at = plane * planeLength + (long) rows.shift(i) * lineLength + columns.shift(j);
          offsets[step++] = Correlation.offset(at);
        }
      }
    }
    return offsets;
  }

  /// Copies the channels of one group; the rest of the workspace stays as it is.
  void copy(long source, long workspace) {
    Kernel kernel = copy.current();
    long sourcePlane = problem.sourcePlane() * Float.BYTES;
    long targetPlane = planes.size() * planeLength * Float.BYTES;
    for (int i = 0; i < planes.size(); i++) {
      Plane plane = planes.get(i);
      Run rows = plane.rows;
      Run columns = plane.columns;
      if (rows.count() == 0 || columns.count() == 0) {
        continue;
      }
      long width = problem.columns().source();
      long from = (rows.from() * width + columns.from()) * Float.BYTES;
      long to = (i * planeLength + (long) rows.to() * lineLength + columns.to()) * Float.BYTES;
      kernel.run(
          source + from,
          workspace + to,
          PlaneCopy.pair(columns.count(), rows.count()),
          PlaneCopy.pair(
              rows.fromStep() * width * Float.BYTES,
              (long) rows.toStep() * lineLength * Float.BYTES),
          PlaneCopy.pair(sourcePlane, targetPlane),
          PlaneCopy.spread(problem.inputs(), columns.fromStep(), columns.toStep()));
    }
  }
}
