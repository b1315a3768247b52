package dev.merapi.kernels.machine.lower;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.interpret.Interpreter;
import dev.merapi.kernels.ir.samples.GemmTile;
import dev.merapi.kernels.ir.samples.Softmax;
import dev.merapi.kernels.ir.samples.TransposingPack;
import dev.merapi.kernels.ir.samples.TransposingPack.Method;
import dev.merapi.kernels.ir.samples.WinogradInput;
import dev.merapi.kernels.machine.CallingConvention;
import dev.merapi.kernels.machine.Cpu;
import dev.merapi.kernels.machine.Cpu.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Kernels of the usual kinds give the interpreter's bits, and their innermost loops are what one
/// would write by hand.
class SampleCodeTest {
  private static final int BYTES = 1 << 16;

  /// Runs a routine of two or three buffers, of which the last is written.
  private static void check(Routine routine, Level level, int buffers, long... numbers) {
    Compiled.assume(level);
    try (Arena arena = Arena.ofConfined();
        Compiled code = Compiled.of(routine, level)) {
      List<MemorySegment> wanted = buffers(arena, buffers);
      List<MemorySegment> found = buffers(arena, buffers);
      new Interpreter(wanted).run(routine, arguments(wanted, numbers));
      code.run(arguments(found, numbers));
      for (int i = 0; i < buffers; i++) {
        assertEquals(-1, wanted.get(i).mismatch(found.get(i)), routine::name);
      }
    }
  }

  private static List<MemorySegment> buffers(Arena arena, int count) {
    Random random = new Random(3);
    List<MemorySegment> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      MemorySegment memory = arena.allocate(BYTES, 64);
      for (int j = 0; j < BYTES / Float.BYTES; j++) {
        memory.setAtIndex(ValueLayout.JAVA_FLOAT, j, random.nextFloat(-3, 3));
      }
      all.add(memory);
    }
    return all;
  }

  private static long[] arguments(List<MemorySegment> memory, long... numbers) {
    long[] all = new long[memory.size() + numbers.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = i < memory.size() ? memory.get(i).address() : numbers[i - memory.size()];
    }
    return all;
  }

  @ParameterizedTest
  @EnumSource(names = {"AVX2", "AVX512"})
  void softmax(Level level) {
    for (MemoryType type : List.of(MemoryType.F32, MemoryType.F16, MemoryType.BF16)) {
      for (int n : new int[] {1, 15, 16, 37}) {
        check(Softmax.of(type), level, 2, 3, n);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"AVX2, 6, 8", "AVX512, 14, 16", "AVX2, 14, 16", "AVX512, 6, 8", "AVX2, 3, 4"})
  void gemmTile(Level level, int rows, int lanes) {
    for (int k : new int[] {0, 1, 37}) {
      check(GemmTile.of(rows, 2, lanes), level, 3, k, (2L * lanes + 3) * Float.BYTES);
    }
  }

  @ParameterizedTest
  @CsvSource({"AVX2, 16", "AVX2, 8", "AVX2, 4", "AVX512, 16", "AVX512, 8", "AVX512, 4"})
  void transposingPack(Level level, int lanes) {
    for (Method method : Method.values()) {
      Routine pack = TransposingPack.of(method, lanes);
      check(pack, level, 2, lanes, 35, 38 * Float.BYTES);
      check(pack, level, 2, lanes - 3, lanes, 38 * Float.BYTES);
    }
  }

  @ParameterizedTest
  @CsvSource({"AVX2, 16", "AVX2, 8", "AVX512, 16", "AVX512, 8"})
  void winogradInput(Level level, int lanes) {
    check(WinogradInput.of(lanes), level, 2, 21, 44 * Float.BYTES, 21 * Float.BYTES);
  }

  /// Loads, broadcasts and multiply-adds, three additions and the end: no copy, no spill.
  @Test
  void theLoopOfATileIsTight() {
    checkLoop(GemmTile.of(14, 2, 16), Level.AVX512, 2, 14, 28);
    checkLoop(GemmTile.of(6, 2, 8), Level.AVX2, 2, 6, 12);
  }

  private static void checkLoop(Routine tile, Level level, int loads, int splats, int fmas) {
    List<String> lines = new ArrayList<>();
    MachineCompiler.compile(
        tile,
        level,
        CallingConvention.SYSTEM_V,
        line -> lines.add(line.substring(line.indexOf('\t') + 1)));
    int end = lines.indexOf(lines.stream().filter(l -> l.startsWith("jl ")).findFirst().get());
    int start = lines.indexOf(lines.get(end).substring(3) + ":");
    List<String> loop = lines.subList(start + 1, end);
    assertEquals(loads, count(loop, "vmovups"));
    assertEquals(splats, count(loop, "vbroadcastss"));
    assertEquals(fmas, count(loop, "vfmadd231ps"));
    assertEquals(3, count(loop, "add "));
    assertEquals(loads + splats + fmas + 4, loop.size(), loop::toString);
  }

  private static long count(List<String> lines, String start) {
    return lines.stream().filter(line -> line.startsWith(start)).count();
  }

  /// A product and a sum of two vectors in memory: both operands of the addition but one are in
  /// registers, and on AVX-512 an element is copied to all lanes on the way.
  @Test
  void operandsAreTakenFromMemory() {
    var b = new dev.merapi.kernels.ir.build.RoutineBuilder("axpy");
    var x = b.pointer("x");
    var y = b.pointer("y");
    var a = y.at(64).loadSplat(MemoryType.F32, 16);
    y.at(0).store(MemoryType.F32, x.at(0).load(MemoryType.F32, 16).times(a));
    List<String> lines = new ArrayList<>();
    MachineCompiler.compile(
        b.build(), Level.AVX512, CallingConvention.SYSTEM_V, line -> lines.add(line));
    assertEquals(1, lines.stream().filter(l -> l.contains("vmulps") && l.contains("[")).count());
    assertEquals(
        3, lines.stream().filter(l -> l.contains("vmovups") || l.contains("vmulps")).count());
    check(b.build(), Cpu.host().level(), 2);
  }
}
