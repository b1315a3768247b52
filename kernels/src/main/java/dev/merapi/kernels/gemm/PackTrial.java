package dev.merapi.kernels.gemm;

import dev.merapi.kernels.emit.Kernel;
import dev.merapi.kernels.emit.Trial;

/// Drives a [Pack] kernel over a strip whose extent is no multiple of the lanes.
///
/// The memory holds the source, its rows padded to equal length, then the panel.
final class PackTrial implements Trial {
  private static final int STEPS = 61;
  private static final int CALLS = 4;

  private final Pack pack;
  private final int lines;
  private final int width;
  private final long rowBytes;
  private final long panel;

  PackTrial(Pack pack) {
    this.pack = pack;
    this.lines =
        switch (pack) {
          case Pack.Straight(int vectors, var lanes) ->
              vectors == 1 ? lanes.count() : vectors * lanes.count() - lanes.count() / 2;
          case Pack.Transposing(var lanes) -> 2 * lanes.count() + 1;
          case Pack.Elements _ -> 3;
        };
    this.width = lines + 1;
    this.rowBytes = (long) Math.max(STEPS, width) * Float.BYTES;
    this.panel = Math.max(STEPS, lines) * rowBytes;
  }

  @Override
  public long bytes() {
    return panel + (long) STEPS * width * Float.BYTES;
  }

  @Override
  public long operations() {
    int perVector = 3 + Integer.numberOfTrailingZeros(pack.lanes().count()) * 2;
    return (long) CALLS * perVector * STEPS * (lines / pack.lanes().count() + 1);
  }

  @Override
  public void drive(Kernel target, long memory) {
    long stepStride = pack instanceof Pack.Straight ? rowBytes : Float.BYTES;
    long lineStride = pack instanceof Pack.Straight ? Float.BYTES : rowBytes;
    long extent = TileArguments.extent(lines, width);
    for (int call = 0; call < CALLS; call++) {
      target.run(memory, memory + panel, stepStride, lineStride, STEPS, extent);
    }
  }
}
