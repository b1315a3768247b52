package dev.merapi;

import static dev.merapi.HookedPlans.fill;
import static dev.merapi.HookedPlans.plans;
import static dev.merapi.HookedPlans.runOf;
import static dev.merapi.Model.input;
import static dev.merapi.nn.Layers.lambda;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.HookedPlans.Hook;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.TensorType;
import dev.merapi.memory.HostTensor;
import dev.merapi.nn.Sequential;
import dev.merapi.spi.Addresses;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Plans of many sizes, given back and bound at moments that are hard to meet by chance.
class PlansTest {
  /// Sizes of which more are asked for than are kept.
  private static final int MANY = Plans.KEPT + 18;

  private static final CompileOptions WIDE =
      CompileOptions.on("reference").upTo("N", 2 * Plans.KEPT);

  @Test
  void aPlanIsNotGivenBackWhileASessionIsAboutToBeBoundToIt() {
    var hook = new Hook();
    Plans plans = plans(hook, 0, WIDE);
    try (var session = new Session(plans, () -> {});
        var other = new Session(plans, () -> {})) {
      float expected = runOf(session);
      hook.next =
          () -> {
            for (int size = 2; size < MANY; size++) {
              other.resize("N", size);
            }
          };
      session.resize("N", 1);
      assertEquals(expected, runOf(session));
    } finally {
      plans.close();
    }
  }

  @Test
  void plansThatNobodyHoldsAreGivenBack() {
    Plans plans = plans(new Hook(), 0, WIDE);
    var all = new ArrayList<Plan>();
    for (int size = 1; size <= MANY; size++) {
      Plan plan = plans.hold(Map.of("N", (long) size));
      all.add(plan);
      if (size != 7) {
        plan.letGo();
      }
    }
    List<Integer> kept = new ArrayList<>();
    for (Plan plan : all) {
      if (!plan.uses().isClosed()) {
        kept.add(plan.sizes().get("N").intValue());
      }
    }
    List<Integer> expected = new ArrayList<>(List.of(7));
    for (int size = MANY - Plans.KEPT + 3; size <= MANY; size++) { // beside 7 and the largest
      expected.add(size);
    }
    assertEquals(expected, kept);
    plans.close();
  }

  /// A view of an input writes for as long as somebody copies through it, resized or not.
  @Test
  void whatSteersAddressesLiesWhereNoViewOfAnotherSizeReaches() {
    var hook = new Hook();
    Plans plans = plans(hook, 0);
    try (var session = new Session(plans, () -> {})) {
      Addresses large = hook.bound;
      session.resize("N", 1);
      Addresses small = hook.bound;
      assertEquals(large.session(), small.session()); // the same memory
      long reach = large.session() + plans.largest().program().sessionBytes();
      assertTrue(small.scratch() < large.session() || small.scratch() >= reach);
    } finally {
      plans.close();
    }
  }

  @Test
  void inputsAreZerosUntilTheyAreFilledAfterAResizeToo() {
    Model model =
        Model.of(
            Sequential.of(
                lambda("choose", mask -> Tensor.where(mask, Tensor.scalar(1), Tensor.scalar(2)))),
            input("mask", TensorType.bool("N")),
            RandomKey.of(1));
    try (CompiledModel compiled = model.compile(CompileOptions.on("reference").upTo("N", 64));
        Session session = compiled.newSession()) {
      for (long size : new long[] {64, 33, 1, 64}) {
        session.resize("N", size);
        HostTensor mask = session.input("mask");
        assertArrayEquals(new boolean[(int) size], mask.toBooleans());
        for (int i = 0; i < size; i++) {
          assertEquals(0, mask.getInt(i));
        }
        session.run();
        mask.copyFrom(filled(size));
        session.run();
      }
    }
  }

  private static boolean[] filled(long size) {
    boolean[] all = new boolean[(int) size];
    Arrays.fill(all, true);
    return all;
  }

  @Test
  void aResizeThatFailsLeavesTheSessionAsItWas() {
    for (long scratch : new long[] {0, 100_000}) { // the second one needs larger memory
      var hook = new Hook();
      Plans plans = plans(hook, scratch);
      try (var session = new Session(plans, () -> {})) {
        Plan small = plans.hold(Map.of("N", 1L));
        small.letGo();
        assertEquals(scratch > 0, small.sessionBytes() > plans.largest().sessionBytes());
        HostTensor x = session.input("x");
        fill(x);
        session.run();
        float[] expected = session.output(Model.OUTPUT).toFloats();
        hook.next =
            () -> {
              throw MerapiException.of(Kind.MEMORY, "no memory left");
            };
        assertEquals(
            Kind.MEMORY, assertThrows(MerapiException.class, () -> session.resize("N", 1)).kind());
        assertEquals(Map.of("N", 60L), session.sizes());
        fill(x);
        session.run();
        assertArrayEquals(expected, session.output(Model.OUTPUT).toFloats());

        session.resize("N", 1);
        assertEquals(Kind.CLOSED, assertThrows(MerapiException.class, () -> fill(x)).kind());
        fill(session.input("x"));
        session.run();
        assertArrayEquals(Arrays.copyOf(expected, 2), session.output(Model.OUTPUT).toFloats());
      } finally {
        plans.close();
      }
    }
  }

  @Test
  void aResizeThatFailsLetsGoOfItsPlan() {
    var hook = new Hook();
    Plans plans = plans(hook, 0);
    try (var session = new Session(plans, () -> {})) {
      hook.next =
          () -> {
            throw MerapiException.of(Kind.MEMORY, "no memory left");
          };
      assertThrows(MerapiException.class, () -> session.resize("N", 1));
      Plan plan = plans.hold(Map.of("N", 1L));
      plan.letGo();
      assertFalse(plan.isHeld());
    } finally {
      plans.close();
    }
  }
}
