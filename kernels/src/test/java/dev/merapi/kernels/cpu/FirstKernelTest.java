package dev.merapi.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.kernels.machine.Cpu.Level;
import dev.merapi.kernels.target.MachineTarget;
import dev.merapi.kernels.target.MachineTarget.Result.Found;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FirstKernelTest {
  @ParameterizedTest
  @EnumSource(names = {"AVX2", "AVX512"})
  void itRunsAndLeavesNoCode(Level level) {
    MachineTarget.Result result = MachineTarget.upTo(level);
    assumeTrue(result instanceof Found, result::toString);
    MachineTarget target = ((Found) result).target();
    assertTrue(FirstKernel.run(target));
    assertEquals(0, target.size());
  }
}
