package dev.merapi.kernels.conv;

import dev.merapi.kernels.conv.Axis.Run;
import dev.merapi.kernels.target.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// How the images of one group lie for the micro-kernel: in place, or copied into a workspace.
///
/// There a channel has a plane for each [Slot] that some tap reads, with zeros for the padding.
/// Output position `(i, j)` has the index `i * lineLength + j` in each plane.
final class Placement {
  /// Estimated cycles to copy a vector, and a single element.
  private static final double COPY_VECTOR = 5;

  private static final double COPY_ELEMENT = 2;

  /// The ways to lie.
  enum Form {
    /// The images are read where they lie; only for plain axes.
    IN_PLACE,
    /// With their padding and, for strides, with the pixels of one phase together: copied once,
    /// with gaps behind the lines of positions.
    PADDED,
    /// A copy for each column of the kernel, whose lines hold what that column meets: positions lie
    /// without gaps, so that short lines fill whole vectors.
    DENSE
  }

  private final Correlation problem;
  private final Form form;
  private final List<Plane> planes = new ArrayList<>();
  private final Map<Slot, Integer> numbers = new HashMap<>();
  private final int lineLength;
  private final long planeLength;
  private final PlaneCopy copy;

  /// What a plane of a channel holds: the phase of its lines, and a phase of columns
  /// ([Form#PADDED]) or a column of the kernel ([Form#DENSE]).
  record Slot(int rowPhase, int column) {}

  /// A slot and the pixels that are copied there.
  record Plane(Slot slot, Run rows, Run columns) {
    boolean isEmpty() {
      return rows.count() == 0 || columns.count() == 0;
    }
  }

  Placement(Correlation problem, Form form, Target target) {
    this.problem = problem;
    this.form = form;
    Axis rows = problem.rows();
    Axis columns = problem.columns();
    this.lineLength =
        switch (form) {
          case IN_PLACE -> columns.source();
          case PADDED -> columns.phaseLength();
          case DENSE -> columns.output();
        };
    int lines = form == Form.IN_PLACE ? rows.source() : rows.phaseLength();
    this.planeLength = (long) lines * lineLength;
    for (int i = 0; i < rows.taps(); i++) {
      for (int j = 0; j < columns.taps(); j++) {
        addPlane(slot(i, j), j);
      }
    }
    Correlation.offset(problem.sourcePlane());
    Correlation.offset(planes.size() * planeLength);
    this.copy = new PlaneCopy(PlaneCopy.lines(columns.stride(), columns.insert()), lanes(target));
  }

  private int lanes(Target target) {
    int least = Integer.MAX_VALUE;
    int most = 0;
    for (Plane plane : planes) {
      if (!plane.isEmpty()) {
        least = Math.min(least, plane.columns.count());
        most = Math.max(most, plane.columns.count());
      }
    }
    return most == 0 ? 1 : LineLanes.of(least, most, target);
  }

  private Slot slot(int row, int column) {
    Axis columns = problem.columns();
    int across = form == Form.DENSE ? column : columns.phase(column);
    return new Slot(problem.rows().phase(row), across);
  }

  private void addPlane(Slot slot, int column) {
    if (numbers.putIfAbsent(slot, planes.size()) == null) {
      Axis columns = problem.columns();
      Run across = form == Form.DENSE ? columns.tapRun(column) : columns.run(slot.column);
      planes.add(new Plane(slot, problem.rows().run(slot.rowPhase), across));
    }
  }

  /// The plane of a slot.
  private int number(Slot slot) {
    Integer number = numbers.get(slot);
    if (number == null) {
      throw new IllegalStateException("no tap reads " + slot);
    }
    return number;
  }

  boolean isInPlace() {
    return form == Form.IN_PLACE;
  }

  /// Estimated cycles to copy the channels of one group.
  double cycles() {
    if (isInPlace()) {
      return 0;
    }
    double sum = 0;
    for (Plane plane : planes) {
      int width = plane.columns.count();
      double vectors = COPY_VECTOR * Math.ceilDiv(width, copy.lanes());
      double line =
          switch (copy.lines()) {
            case DENSE -> vectors;
            case HALVED -> 2 * vectors;
            case SPREAD -> COPY_ELEMENT * width;
          };
      sum += line * plane.rows.count();
    }
    return sum * problem.inputs();
  }

  Correlation problem() {
    return problem;
  }

  /// The structure of the kernel that copies a plane of each channel.
  PlaneCopy copy() {
    return copy;
  }

  /// Floats from one line of positions to the next.
  int lineLength() {
    return lineLength;
  }

  /// Planes of a channel.
  int planes() {
    return planes.size();
  }

  /// One of them.
  Plane plane(int index) {
    return planes.get(index);
  }

  /// Floats of a plane.
  long planeLength() {
    return planeLength;
  }

  /// Floats of the workspace for one group's channels, 0 in place.
  long workspaceLength() {
    return isInPlace() ? 0 : (long) problem.inputs() * planes.size() * planeLength;
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
          long plane = isInPlace() ? channel : (long) channel * planes.size() + number(slot(i, j));
          int shift = form == Form.DENSE ? 0 : columns.shift(j);
          long at = plane * planeLength + (long) rows.shift(i) * lineLength + shift;
          offsets[step++] = Correlation.offset(at);
        }
      }
    }
    return offsets;
  }

  @Override
  public String toString() {
    return form + " " + planes.size() + " planes of " + planeLength;
  }
}
