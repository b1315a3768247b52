package dev.merapi.kernels.target;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.kernels.jit.KernelCache;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.kernels.jit.TieredKernel;
import dev.merapi.kernels.jit.TieredKernel.State;
import dev.merapi.kernels.machine.Cpu.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The targets that this machine has: machine code for each level, the Vector API with vectors of
/// each width, and scalar code.
public final class TestTargets {
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(120);

  private TestTargets() {}

  /// All of them, the fastest first. They share nothing with those of other calls.
  public static List<Target> all() {
    List<Target> targets = new ArrayList<>();
    for (Level most : List.of(Level.AVX512, Level.AVX2)) {
      if (MachineTarget.upTo(most) instanceof MachineTarget.Result.Found(MachineTarget target)
          && target.level() == most) {
        targets.add(target);
      }
    }
    for (Lanes lanes : Lanes.vectors().reversed()) {
      targets.add(new BytecodeTarget(lanes, new KernelCache()));
    }
    targets.add(new BytecodeTarget(Lanes.SCALAR, new KernelCache()));
    return targets;
  }

  /// Lets vector classes serve without waiting for the JIT, which compares them with their twins.
  public static void adopt(List<TieredKernel> kernels) {
    for (TieredKernel kernel : kernels) {
      State state = kernel.adopt();
      assertTrue(state == State.HOT || state == State.SCALAR, () -> kernel.name() + ": " + state);
    }
  }

  /// Has the JIT compile vector classes. Where it does that badly a twin goes on serving; whether
  /// it does is what the tests of trials ask, and here only bits are of interest.
  public static void warmUp(List<TieredKernel> kernels) {
    for (TieredKernel kernel : kernels) {
      State state = kernel.warmUp(LONG_ENOUGH);
      assertTrue(state.isFinal() && state != State.REFUSED, () -> kernel.name() + ": " + state);
    }
  }
}
