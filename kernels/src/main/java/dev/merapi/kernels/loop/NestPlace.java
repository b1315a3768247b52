package dev.merapi.kernels.loop;

import dev.merapi.kernels.ir.Lane;
import dev.merapi.kernels.ir.build.Handle;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Place;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Vec;
import dev.merapi.kernels.loop.Cursor.Kind;
import dev.merapi.kernels.loop.Cursor.Stride;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where all cursors are at some place of a routine: a [Ptr] for an address, an [Int] for a number.
///
/// @param at without `lane`
/// @param lane position of the current turn along the lanes, which each cursor adds in its own
///   stride; null if there is none, or if the cursors have it in them
record NestPlace(
    RoutineBuilder b,
    Structure structure,
    NestStrides strides,
    List<Handle> at,
    @Nullable Int lane) {
  NestPlace {
    at = List.copyOf(at);
  }

  private Cursor cursor(int c) {
    return structure.cursors().get(c);
  }

  /// The same place, further along the lanes.
  NestPlace along(Int position) {
    return new NestPlace(b, structure, strides, at, position);
  }

  /// The same place with the position along the lanes in these cursors. Others are as they were.
  NestPlace settled(Set<Integer> used) {
    if (lane == null) {
      return this;
    }
    List<Handle> moved = new ArrayList<>(at);
    for (int c : used) {
      moved.set(c, cursor(c).kind() == Kind.ADDRESS ? place(c, 0).pointer() : number(c));
    }
    return new NestPlace(b, structure, strides, moved, null);
  }

  NestPlace with(List<Handle> others) {
    return new NestPlace(b, structure, strides, others, lane);
  }

  /// Where the element of a lane lies, so many elements behind the current one.
  Place place(int c, int element) {
    Ptr base = (Ptr) at.get(c);
    int bytes = 1 << cursor(c).kind().shift();
    return switch (cursor(c).vector()) {
      case ZERO -> base.here();
      case UNIT ->
          lane == null
              ? base.at((long) element * bytes)
              : base.at(lane, bytes, (long) element * bytes);
      case ANY -> {
        Int stride = strides.vector(c);
        Ptr start = lane == null ? base : base.plus(lane.times(stride));
        yield strided(start, stride, element);
      }
    };
  }

  /// Where an element lies that is so many elements behind the current one.
  Place column(int c, Int element) {
    return place(c, 0).pointer().at(element.times(strides.vector(c)), 1);
  }

  /// In groups of four, so that strides are part of an address.
  private static Place strided(Ptr start, Int stride, int element) {
    Ptr group = element < 4 ? start : start.plus(stride.times(element & -4));
    int rest = element & 3;
    return switch (rest) {
      case 0 -> group.here();
      case 3 -> group.at(stride.times(3), 1);
      default -> group.at(stride, rest);
    };
  }

  private Int number(int c) {
    Int base = (Int) at.get(c);
    return lane == null ? base : base.plus(lane.times(strides.vector(c)));
  }

  /// A number in each lane, so many elements behind the current one.
  Vec numbers(int c, int element, int count) {
    Int stride = strides.vector(c);
    Vec first = number(c).plus(stride.times(element)).splat(Lane.I32, count);
    if (count == 1 || cursor(c).vector() == Stride.ZERO) {
      return first;
    }
    Vec lanes = b.laneNumbers(Lane.I32, count);
    boolean isUnit = cursor(c).vector() == Stride.UNIT;
    return first.plus(isUnit ? lanes : lanes.times(stride.splat(Lane.I32, count)));
  }
}
