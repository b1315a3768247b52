package dev.merapi.kernels.ir.samples;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Mask;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Vec;
import java.util.ArrayList;
import java.util.List;

/// Packs a block of lines into a panel in which the elements of one step lie together: it
/// transposes squares of `lanes x lanes` in registers. What lies beyond the last line or step is
/// zero in the panel and is not read.
public final class TransposingPack {
  private static final MemoryType F32 = MemoryType.F32;

  /// How the squares are transposed.
  public enum Method {
    /// Groups of lanes change places between pairs of vectors, `1, 2, 4 ...` lanes at a time.
    EXCHANGE,
    /// Vectors are interleaved with those half the square away, as often as halves can be halved.
    INTERLEAVE
  }

  private final Method method;
  private final int lanes;
  private final RoutineBuilder b;

  private TransposingPack(Method method, int lanes) {
    this.method = method;
    this.lanes = lanes;
    this.b = new RoutineBuilder("transpose" + lanes);
  }

  /// A routine of `(source, panel, lines, steps, lineStride)`: `source[line][step]` with
  /// `lineStride` bytes between lines becomes `panel[step][lanes]`, with up to `lanes` lines.
  public static Routine of(Method method, int lanes) {
    return new TransposingPack(method, lanes).routine();
  }

  private Routine routine() {
    Ptr source = b.pointer("source");
    Ptr panel = b.pointer("panel");
    Int lines = b.integer("lines");
    Int steps = b.integer("steps");
    Int lineStride = b.integer("lineStride");
    b.lanes(
        steps,
        lanes,
        (step, mask) -> {
          Ptr from = source.plus(step, F32.bytes());
          List<Vec> square = new ArrayList<>();
          for (int line = 0; line < lanes; line++) {
            // A line that is not there has no element: all lanes off.
            Mask here =
                mask.and(lines.minus(line).min(b.constant(1)).times(lanes).maskBelow(lanes));
            square.add(from.plus(lineStride.times(line)).here().load(F32, lanes, here));
          }
          List<Vec> turned = method == Method.EXCHANGE ? exchange(square) : interleave(square);
          Ptr to = panel.plus(step, (long) lanes * F32.bytes());
          for (int i = 0; i < lanes; i++) {
            Vec vector = turned.get(i);
            long offset = (long) i * lanes * F32.bytes();
            b.when(step.plus(i).lessThan(steps), () -> to.at(offset).store(F32, vector));
          }
        });
    return b.build();
  }

  private List<Vec> exchange(List<Vec> square) {
    List<Vec> turned = new ArrayList<>(square);
    for (int distance = 1; distance < lanes; distance *= 2) {
      Mask upper = upper(distance);
      for (int i = 0; i < lanes; i++) {
        if ((i & distance) == 0) {
          Vec low = turned.get(i);
          Vec high = turned.get(i + distance);
          turned.set(i, upper.select(high.swap(distance), low));
          turned.set(i + distance, upper.select(high, low.swap(distance)));
        }
      }
    }
    return turned;
  }

  /// The lanes whose number has a bit.
  private Mask upper(int bit) {
    long lanesOn = 0;
    for (int i = 0; i < lanes; i++) {
      lanesOn |= (i & bit) == 0 ? 0 : 1L << i;
    }
    return b.mask(lanes, lanesOn);
  }

  /// One round interleaves vector `i` with vector `i + lanes / 2` into the vectors `2 i` and `2 i +
  /// 1`: the low bit of the line's number becomes the low bit of the lane's.
  private List<Vec> interleave(List<Vec> square) {
    List<Vec> turned = square;
    for (int round = 1; round < lanes; round *= 2) {
      List<Vec> next = new ArrayList<>();
      for (int i = 0; i < lanes / 2; i++) {
        Vec both = turned.get(i).concat(turned.get(i + lanes / 2)).zip();
        next.add(both.slice(0, lanes));
        next.add(both.slice(lanes, lanes));
      }
      turned = next;
    }
    return turned;
  }
}
