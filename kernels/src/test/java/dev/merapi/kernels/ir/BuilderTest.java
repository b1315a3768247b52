package dev.merapi.kernels.ir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Place;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Var;
import dev.merapi.kernels.ir.build.Vec;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/// What the builder makes of an author's code, and its text form.
class BuilderTest {
  private final RoutineBuilder b = new RoutineBuilder("sample");

  @Test
  void aLoopWithAMaskedTail() {
    Ptr x = b.pointer("x");
    Int n = b.integer("n");
    b.lanes(
        n,
        16,
        (i, mask) -> {
          Place at = x.at(i.named("i"), 4);
          at.store(MemoryType.F32, at.load(MemoryType.F32, 16, mask).named("v").times(2), mask);
        });
    Routine routine = b.build();
    assertEquals(
        """
        routine sample(x: ptr, n: int) {
          i2 = constant int -16
          i_1 = and int n, i2
          i4 = constant int 0
          for i in i4..i_1 step 16 {
            m6 = constant mask16 0xffff
            v = load f32x16 f32 [x + i * 4]
            v8 = constant f32x16 2.0
            v9 = mul f32x16 v, v8
            store f32 [x + i * 4], v9
          }
          c10 = lt cond i_1, n
          if c10 {
            i11 = sub int n, i_1
            m12 = below mask16 i11
            v_1 = load f32x16 f32 [x + i_1 * 4] mask m12
            v14 = constant f32x16 2.0
            v15 = mul f32x16 v_1, v14
            store f32 [x + i_1 * 4], v15 mask m12
          }
        }
        """,
        routine.toString());
  }

  @Test
  void variablesBecomeCarriedValuesAndResults() {
    Ptr x = b.pointer("x");
    Int n = b.integer("n");
    Var<Vec> sum = b.variable("sum", b.f32(1, 0));
    Var<Int> count = b.variable("count", b.constant(0));
    b.variable("untouched", n);
    b.loop(
        n,
        i -> {
          Vec v = x.at(i, 4).load(MemoryType.F32, 1);
          b.when(
              v.lessThan(b.f32(1, 0)).first(),
              () -> count.set(count.get().plus(1)),
              () -> sum.set(sum.get().plus(v)));
        });
    x.here().store(MemoryType.F32, sum.get());
    x.at(4).store(MemoryType.I32, count.get());
    Routine routine = b.build();
    try (Memory memory = new Memory()) {
      MemorySegment floats = memory.floats(1, -2, 3, -4, 5.5f);
      memory.run(routine, floats, 5);
      assertEquals(9.5f, Memory.floatsOf(floats)[0]);
      assertEquals(2, Memory.intsOf(floats)[1]);
    }
    assertEquals(false, routine.toString().contains("untouched"), routine.toString());
  }

  @Test
  void swappedVariablesAreAssignedAtOnce() {
    Ptr x = b.pointer("x");
    Var<Int> a = b.variable("a", b.constant(1));
    Var<Int> c = b.variable("c", b.constant(1));
    b.loop(
        b.integer("n"),
        _ -> {
          Int old = a.get();
          a.set(c.get());
          c.set(c.get().plus(old));
        });
    x.here().store(MemoryType.I64, a.get());
    Routine fibonacci = b.build();
    try (Memory memory = new Memory()) {
      MemorySegment out = memory.longs(0);
      memory.run(fibonacci, out, 10);
      assertArrayEquals(new long[] {89}, Memory.longsOf(out));
    }
  }

  @Test
  void knownIntegersAreFoldedAndEqualInstructionsShared() {
    Ptr x = b.pointer("x");
    Int n = b.integer("n");
    Int m = n.times(8).plus(0).times(1);
    assertEquals(m, n.shl(3));
    assertEquals(b.constant(7), b.constant(3).plus(4));
    assertEquals(b.constant(0), n.minus(n));
    assertEquals(n.plus(5), b.constant(5).plus(n));
    assertEquals(x.at(24), x.plus(8).at(b.constant(2), 8));
    assertEquals(x.at(n, 4), x.at(n, 4));
    b.loop(b.constant(2), b.constant(3), 1, i -> assertEquals(b.constant(2), i));
    b.loop(b.constant(3), b.constant(3), 1, i -> assertEquals("", "no turn"));
    b.when(b.constant(1).lessThan(0), () -> assertEquals("", "never"));
    assertEquals(false, b.build().toString().contains("for"));
  }

  @Test
  void variablesEndWithTheirBlock() {
    var kept = new ArrayList<Var<Int>>();
    b.loop(b.integer("n"), i -> kept.add(b.variable("inside", i)));
    assertThrows(IllegalStateException.class, () -> kept.getFirst().get());
  }

  @Test
  void mistakesAreFoundWhereTheyAreMade() {
    Vec floats = b.f32(4, 1);
    assertThrows(IllegalArgumentException.class, () -> floats.plus(b.f32(8, 1)));
    assertThrows(IllegalArgumentException.class, () -> floats.and(floats));
    assertThrows(IllegalArgumentException.class, () -> b.f32(3, 1));
    Var<Vec> variable = b.variable("v", floats);
    assertThrows(IllegalArgumentException.class, () -> variable.set(b.f64(4, 1)));
  }
}
