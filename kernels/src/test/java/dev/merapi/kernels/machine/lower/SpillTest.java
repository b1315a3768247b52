package dev.merapi.kernels.machine.lower;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Mask;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Var;
import dev.merapi.kernels.ir.build.Vec;
import dev.merapi.kernels.ir.interpret.Interpreter;
import dev.merapi.kernels.machine.CallingConvention;
import dev.merapi.kernels.machine.Cpu;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// More values than registers: they pass through memory and come back as they were.
class SpillTest {
  private static final int LANES = 16;
  private static final int MANY = 40;
  private static final MemoryType F32 = MemoryType.F32;

  /// Sums that are carried by a loop, more than there are vector registers.
  private static Routine vectors() {
    RoutineBuilder b = new RoutineBuilder("vectors");
    Ptr x = b.pointer("x");
    Ptr y = b.pointer("y");
    List<Var<Vec>> sums = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      sums.add(b.variable("sum", b.f32(LANES, i)));
    }
    b.loop(
        b.constant(5),
        turn -> {
          for (int i = 0; i < MANY; i++) {
            Vec loaded = x.at(turn, 4, 4L * i).load(F32, LANES);
            Vec other = sums.get((i + 1) % MANY).get();
            sums.get(i).set(loaded.fma(other, sums.get(i).get()));
          }
        });
    for (int i = 0; i < MANY; i++) {
      y.at(64L * i).store(F32, sums.get(i).get());
    }
    return b.build();
  }

  /// Integers of which all are needed to the end.
  private static Routine integers() {
    RoutineBuilder b = new RoutineBuilder("integers");
    Ptr x = b.pointer("x");
    Ptr y = b.pointer("y");
    Var<Int> sum = b.variable("sum", b.constant(1));
    List<Int> numbers = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      numbers.add(x.at(4L * i).loadInt(MemoryType.I32));
    }
    b.loop(
        b.constant(3),
        turn -> {
          for (Int number : numbers) {
            sum.set(sum.get().times(3).plus(number).min(number.plus(turn).times(1000)));
          }
        });
    y.at(0).store(MemoryType.I64, sum.get());
    for (int i = 0; i < MANY; i++) {
      y.at(8L + 8 * i).store(MemoryType.I64, numbers.get(i));
    }
    return b.build();
  }

  /// Masks that are all needed to the end.
  private static Routine masks() {
    RoutineBuilder b = new RoutineBuilder("masks");
    Ptr x = b.pointer("x");
    Ptr y = b.pointer("y");
    List<Mask> masks = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      Vec a = x.at(4L * i).load(F32, LANES);
      masks.add(a.lessThan(x.at(4L * i + 32).load(F32, LANES)));
    }
    b.loop(
        b.constant(2),
        turn -> {
          for (int i = 0; i < MANY; i++) {
            Mask mask = masks.get(i).xor(masks.get((i + 7) % MANY));
            y.at(turn, 8, 64L * i).store(F32, x.at(4L * i).load(F32, LANES), mask);
          }
        });
    return b.build();
  }

  /// Vectors and integers that live across a call, which may change every register.
  private static Routine calls() {
    RoutineBuilder inner = new RoutineBuilder("inner");
    Ptr to = inner.pointer("to");
    to.at(0).store(F32, to.at(0).load(F32, LANES).plus(inner.f32(LANES, 1)));
    Routine callee = inner.build();
    RoutineBuilder b = new RoutineBuilder("calls");
    Ptr x = b.pointer("x");
    Ptr y = b.pointer("y");
    Vec loaded = x.at(0).load(F32, LANES);
    Mask mask = loaded.lessThan(x.at(64).load(F32, LANES));
    b.loop(
        b.constant(4),
        turn -> {
          b.call(callee, y.plus(turn, 64));
          y.at(turn, 8, 512).store(F32, loaded.times(loaded), mask);
          y.at(turn, 8, 1024).store(MemoryType.I64, turn.times(turn));
        });
    return b.build();
  }

  @ParameterizedTest
  @EnumSource(names = {"AVX2", "AVX512"})
  void valuesWithoutARegisterComeBack(Cpu.Level level) {
    Compiled.assume(level);
    for (Routine routine : List.of(vectors(), integers(), masks(), calls())) {
      assertTrue(stackAccesses(routine, level) > 2, routine::name);
      try (Arena arena = Arena.ofConfined();
          Compiled code = Compiled.of(routine, level)) {
        MemorySegment x = numbers(arena);
        MemorySegment wanted = arena.allocate(4096, 64);
        MemorySegment found = arena.allocate(4096, 64);
        new Interpreter(List.of(x, wanted)).run(routine, x.address(), wanted.address());
        code.run(x.address(), found.address());
        assertEquals(-1, wanted.mismatch(found), routine::name);
      }
    }
  }

  private static MemorySegment numbers(Arena arena) {
    MemorySegment x = arena.allocate(4096, 64);
    for (int i = 0; i < 1024; i++) {
      x.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) Math.sin(i));
    }
    return x;
  }

  private static long stackAccesses(Routine routine, Cpu.Level level) {
    List<String> lines = new ArrayList<>();
    MachineCompiler.compile(routine, level, CallingConvention.SYSTEM_V, lines::add);
    return lines.stream().filter(line -> line.contains("[rsp")).count();
  }
}
