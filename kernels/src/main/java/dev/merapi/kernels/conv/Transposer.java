package dev.merapi.kernels.conv;

import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.TieredKernel;
import dev.merapi.kernels.gemm.Pack;
import dev.merapi.kernels.gemm.TileArguments;
import java.util.ArrayList;
import java.util.List;

/// Transposes strips of a matrix: lines that follow each other at a distance become columns side by
/// side.
final class Transposer {
  private final List<Pack> packs = new ArrayList<>();
  private final List<TieredKernel> kernels = new ArrayList<>();

  Transposer(Lanes lanes, KernelCache cache) {
    // Blocks of 16 x 16 would not fit into the registers.
    for (Lanes square : List.of(Lanes.L8, Lanes.L4)) {
      if (square.compareTo(lanes) <= 0) {
        add(new Pack.Transposing(square), cache);
      }
    }
    add(new Pack.Elements(), cache);
  }

  private void add(Pack pack, KernelCache cache) {
    packs.add(pack);
    kernels.add(pack.in(cache));
  }

  List<TieredKernel> kernels() {
    return kernels;
  }

  /// Estimated cycles for an element of strips of that many lines.
  static double cycles(int lines) {
    return lines >= Lanes.L8.count() ? 0.5 : lines >= Lanes.L4.count() ? 0.8 : 5;
  }

  /// Writes element `s` of line `i` to `target + (s * width + i) * 4`. There may be none: an image
  /// can be all padding.
  ///
  /// @param lineBytes bytes from one line to the next
  void transpose(long source, long target, long lineBytes, int lines, int steps, int width) {
    int shorter = Math.min(lines, steps);
    if (shorter == 0) {
      return;
    }
    int index = 0;
    while (packs.get(index).lanes().count() > shorter) {
      index++;
    }
    long extent = TileArguments.extent(lines, width);
    kernels.get(index).run(source, target, Float.BYTES, lineBytes, steps, extent);
  }
}
