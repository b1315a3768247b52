package dev.merapi.kernels.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Var;
import dev.merapi.kernels.ir.build.Vec;
import dev.merapi.kernels.ir.pass.CommonValues;
import dev.merapi.kernels.ir.pass.DeadCode;
import dev.merapi.kernels.ir.pass.HoistInvariants;
import org.junit.jupiter.api.Test;

/// What each pass makes of a small routine.
class PassesTest {
  private final RoutineBuilder b = new RoutineBuilder("sample");
  private final Ptr x = b.pointer("x");
  private final Int n = b.integer("n");

  private void assertBody(String expected, Routine routine) {
    String text = routine.toString();
    String body = text.substring(text.indexOf('\n') + 1, text.lastIndexOf('}'));
    assertEquals(expected, body.indent(-2));
  }

  @Test
  void invariantsLeaveAllLoopsThatTheyDoNotDependOn() {
    b.loop(
        n,
        i -> {
          Vec row = i.named("i").splat(Lane.I32, 4).named("row");
          b.loop(
              n,
              j -> {
                Vec sum = row.plus(n.splat(Lane.I32, 4).named("all")).named("sum");
                x.at(j.named("j"), 4).store(MemoryType.I32, sum);
              });
        });
    assertBody(
        """
        i2 = constant int 0
        all = splat i32x4 n
        for i in i2..n step 1 {
          row = splat i32x4 i
          sum = add i32x4 row, all
          for j in i2..n step 1 {
            store i32 [x + j * 4], sum
          }
        }
        """,
        HoistInvariants.run(b.build()));
  }

  @Test
  void branchesAndLoadsKeepWhatIsTheirs() {
    b.loop(
        n,
        i -> {
          b.when(
              i.named("i").lessThan(n),
              () -> {
                Vec rare = n.splat(Lane.I32, 4).named("rare");
                x.here().store(MemoryType.I32, rare.plus(3).named("sum"));
              });
          x.at(64).store(MemoryType.I32, x.here().load(MemoryType.I32, 4).named("again"));
        });
    assertBody(
        """
        i2 = constant int 0
        v6 = constant i32x4 3
        for i in i2..n step 1 {
          c4 = lt cond i, n
          if c4 {
            rare = splat i32x4 n
            sum = add i32x4 rare, v6
            store i32 [x], sum
          }
          again = load i32x4 i32 [x]
          store i32 [x + 64], again
        }
        """,
        HoistInvariants.run(b.build()));
  }

  @Test
  void deadCarriedValuesLoadsAndLoopsAreDropped() {
    Var<Vec> dead = b.variable("dead", b.f32(4, 0).named("zero"));
    Var<Int> live = b.variable("live", n);
    b.loop(
        n,
        i -> {
          dead.set(dead.get().plus(x.here().load(MemoryType.F32, 4)));
          live.set(live.get().plus(i.named("i")).named("next"));
        });
    b.loop(n, i -> b.when(i.lessThan(3), () -> dead.set(dead.get().times(2))));
    x.here().store(MemoryType.I64, live.get().named("last"));
    assertBody(
        """
        i3 = constant int 0
        last = for i in i3..n step 1 carry live: int = n {
          next = add int live, i
          next next
        }
        store i64 [x], last
        """,
        DeadCode.run(b.build()));
  }

  @Test
  void unusedResultsOfBranchesAreDropped() {
    Var<Int> dead = b.variable("dead", n);
    Var<Int> live = b.variable("live", n);
    b.when(
        n.lessThan(b.integer("m")),
        () -> {
          dead.set(n.times(3));
          live.set(n.times(n).named("square"));
        });
    x.here().store(MemoryType.I64, live.get().named("last"));
    assertBody(
        """
        c3 = lt cond n, m
        last = if c3 {
          square = mul int n, n
          yield square
        } else {
          yield n
        }
        store i64 [x], last
        """,
        DeadCode.run(b.build()));
  }

  /// Branches compute the same, but neither sees the other; what surrounds them both see.
  @Test
  void equalInstructionsAreSharedWhereTheyAreVisible() {
    b.when(
        n.lessThan(b.integer("m")),
        () -> x.at(0).store(MemoryType.I32, n.splat(Lane.I32, 4).named("a")),
        () -> x.at(16).store(MemoryType.I32, n.splat(Lane.I32, 4).named("b")));
    b.loop(n, i -> x.at(i.named("i"), 4).store(MemoryType.I32, n.splat(Lane.I32, 4).named("c")));
    Routine hoisted = HoistInvariants.run(b.build());
    assertBody(
        """
        i6 = constant int 0
        c3 = lt cond n, m
        if c3 {
          a = splat i32x4 n
          store i32 [x], a
        } else {
          b = splat i32x4 n
          store i32 [x + 16], b
        }
        c = splat i32x4 n
        for i in i6..n step 1 {
          store i32 [x + i * 4], c
        }
        """,
        CommonValues.run(hoisted));

    RoutineBuilder two = new RoutineBuilder("two");
    Ptr y = two.pointer("y");
    Int k = two.integer("k");
    two.loop(k, i -> y.at(i, 4).store(MemoryType.I32, k.splat(Lane.I32, 4).named("first")));
    two.loop(k, i -> y.at(i, 8).store(MemoryType.I32, k.splat(Lane.I32, 4).named("second")));
    String shared = CommonValues.run(HoistInvariants.run(two.build())).toString();
    assertEquals(false, shared.contains("second"), shared);
  }
}
