package dev.merapi.kernels.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.KernelTarget;
import dev.merapi.MerapiException;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.KernelCache;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.kernels.jit.Trial;
import dev.merapi.kernels.machine.Cpu.Level;
import dev.merapi.kernels.target.Targets.Found;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TargetsTest {
  @ParameterizedTest
  @EnumSource
  void allWhoAskForTheSameShareIt(KernelTarget choice) {
    assertSame(Targets.of(choice), Targets.of(choice));
  }

  @Test
  void aChoiceLimitsWhatKernelsUse() {
    assertEquals(1, Targets.of(KernelTarget.SCALAR).target().registerLanes());
    Target vector = Targets.of(KernelTarget.VECTOR).target();
    assertInstanceOf(BytecodeTarget.class, vector);
    assertEquals(Lanes.widest().count(), vector.registerLanes());
    if (Targets.of(KernelTarget.MACHINE_AVX2).target() instanceof MachineTarget machine) {
      assertEquals(Level.AVX2, machine.level());
    }
  }

  @Test
  void theFastestServesWhoDoesNotChoose() {
    assertEquals(KernelTarget.MACHINE, Targets.choice(""));
    assertEquals(KernelTarget.MACHINE_AVX2, Targets.choice("machine-avx2"));
  }

  @Test
  void whatServesIsDescribed() {
    String property = System.getProperty("merapi.target", "");
    String wanted = Targets.usual().toString();
    assertTrue(Targets.description().startsWith(wanted), Targets.description());
    assertEquals(!property.isEmpty(), Targets.description().contains("-Dmerapi.target="));
  }

  @Test
  void anUnknownPropertyIsRefused() {
    var error = assertThrows(MerapiException.class, () -> Targets.choice("fast"));
    assertTrue(error.getMessage().contains("-Dmerapi.target"), error.getMessage());
    assertTrue(error.getMessage().contains("target=fast"), error.getMessage());
    assertTrue(error.getMessage().contains("machine-avx2"), error.getMessage());
  }

  @Test
  void whatIsNotHadIsSaid() {
    Target vectors = new BytecodeTarget(Lanes.L8, new KernelCache());
    Found asked = new Found(vectors, Optional.empty());
    assertEquals(Optional.empty(), asked.diagnostic());
    assertEquals("Java classes with vectors of 256 bits", asked.toString());
    Found other = new Found(vectors, Optional.of("no pages"));
    assertEquals("Java classes with vectors of 256 bits (no pages)", other.toString());
    assertEquals(
        Optional.of("kernels are Java classes with vectors of 256 bits: no pages"),
        other.diagnostic());
  }

  @Test
  void aListenerIsToldOfEachKernelOnce() {
    for (Target each : TestTargets.all()) {
      List<Routine> told = new ArrayList<>();
      List<Integer> bytes = new ArrayList<>();
      Target target =
          each.anew((routine, code) -> {
            told.add(routine);
            code.ifPresent(some -> bytes.add(some.instructionBytes()));
          });
      Routine routine = storing();
      MadeKernel first = target.make("a", () -> routine, Nothing::new);
      MadeKernel second = target.make("a", () -> routine, Nothing::new);
      assertEquals(List.of(routine), told, each::toString);
      assertEquals(each instanceof MachineTarget ? 1 : 0, bytes.size());
      first.release().run();
      second.release().run();
    }
  }

  @Test
  void anotherTargetSharesNothing() {
    assumeTrue(TestTargets.all().getFirst() instanceof MachineTarget);
    MachineTarget target = (MachineTarget) TestTargets.all().getFirst();
    MadeKernel kernel = target.make("a", TargetsTest::storing, Nothing::new);
    MachineTarget other = target.anew(Listener.NONE);
    assertEquals(0, other.size());
    assertEquals(target.level(), other.level());
    kernel.release().run();
  }

  private static Routine storing() {
    RoutineBuilder b = new RoutineBuilder("store");
    b.pointer("to").here().store(MemoryType.I64, b.constant(7));
    return b.build();
  }

  /// A trial that nobody drives.
  private static final class Nothing implements Trial {
    @Override
    public long bytes() {
      return 8;
    }

    @Override
    public void drive(Kernel kernel, long memory) {
      kernel.run(memory, 0, 0, 0, 0, 0);
    }

    @Override
    public long operations() {
      return 1;
    }
  }
}
