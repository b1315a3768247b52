package dev.merapi.kernels.machine.lower;

import static dev.merapi.kernels.x64.Imm.imm;

import dev.merapi.kernels.ir.samples.GemmTile;
import dev.merapi.kernels.machine.CallingConvention;
import dev.merapi.kernels.machine.Cpu;
import dev.merapi.kernels.machine.Cpu.Level;
import dev.merapi.kernels.machine.Frame;
import dev.merapi.kernels.x64.Assembler;
import dev.merapi.kernels.x64.Code;
import dev.merapi.kernels.x64.Gpr;
import dev.merapi.kernels.x64.Instruction;
import dev.merapi.kernels.x64.Label;
import dev.merapi.kernels.x64.Vec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// Prints how fast the tile of a product is, beside the peak of the processor. Both are the best of
/// many short runs, taken in turns, as others may use the machine; the first of them also make the
/// JVM compile the call.
final class TileSpeed {
  private static final int ROUNDS = 2000;
  private static final int K = 320;
  private static final int CALLS = 100;
  private static final int PEAK_TURNS = 20_000;
  private static final int CHAINS = 12;

  private TileSpeed() {}

  public static void main(String[] arguments) {
    for (Level level : List.of(Level.AVX512, Level.AVX2)) {
      if (Cpu.host().level().compareTo(level) >= 0) {
        boolean wide = level == Level.AVX512;
        measure(level, wide ? 14 : 6, wide ? 16 : 8);
        if (wide) {
          measure(level, 12, 16);
        }
      }
    }
  }

  private static void measure(Level level, int rows, int lanes) {
    int columns = 2 * lanes;
    try (Arena arena = Arena.ofConfined();
        Compiled tile = Compiled.of(GemmTile.of(rows, 2, lanes), level);
        Compiled peak = Compiled.install("peak", peak(level))) {
      MemorySegment a = floats(arena, rows * K);
      MemorySegment b = floats(arena, columns * K);
      MemorySegment c = floats(arena, rows * columns);
      long best = Long.MAX_VALUE;
      long bestPeak = Long.MAX_VALUE;
      for (int round = 0; round < ROUNDS; round++) {
        best = Math.min(best, tileNanos(tile, a, b, c, (long) columns * Float.BYTES));
        bestPeak = Math.min(bestPeak, peakNanos(peak));
      }
      double speed = 2.0 * rows * columns * K * CALLS / best;
      double most = 2.0 * CHAINS * lanes * PEAK_TURNS / bestPeak;
      System.out.printf(
          java.util.Locale.ROOT,
          "%s %dx%d: %.1f GFLOP/s, peak %.1f, %.1f %%%n",
          level,
          rows,
          columns,
          speed,
          most,
          100 * speed / most);
    }
  }

  private static long tileNanos(
      Compiled tile, MemorySegment a, MemorySegment b, MemorySegment c, long stride) {
    long start = System.nanoTime();
    for (int call = 0; call < CALLS; call++) {
      tile.run(a.address(), b.address(), c.address(), K, stride);
    }
    return System.nanoTime() - start;
  }

  private static long peakNanos(Compiled peak) {
    long start = System.nanoTime();
    peak.run(PEAK_TURNS);
    return System.nanoTime() - start;
  }

  private static MemorySegment floats(Arena arena, int count) {
    MemorySegment memory = arena.allocate((long) count * Float.BYTES, 64);
    for (int i = 0; i < count; i++) {
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, 1f / (i + 1));
    }
    return memory;
  }

  /// Independent chains of multiply-adds on registers.
  private static Code peak(Level level) {
    var code = new Assembler(level.features());
    int bits = level == Level.AVX512 ? 512 : 256;
    var frame = new Frame(CallingConvention.host(), List.of(), (1 << CHAINS + 1) - 1, 0, false);
    frame.prologue(code);
    Gpr turns = (Gpr) frame.argument(0);
    for (int i = 0; i <= CHAINS; i++) {
      code.emit(Instruction.VXORPS, Vec.xmm(i), Vec.xmm(i), Vec.xmm(i));
    }
    code.align(64);
    Label top = code.here();
    Vec factor = new Vec(CHAINS, bits);
    for (int i = 0; i < CHAINS; i++) {
      code.emit(Instruction.VFMADD231PS, new Vec(i, bits), factor, factor);
    }
    code.emit(Instruction.SUB, turns, imm(1));
    code.emit(Instruction.JNE, top);
    frame.epilogue(code);
    return code.finish();
  }
}
