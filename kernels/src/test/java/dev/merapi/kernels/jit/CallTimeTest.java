package dev.merapi.kernels.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the collector does not wait for: some 50 microseconds.
class CallTimeTest {
  @Test
  void longCallsAreLasting() {
    List<String> calls = new ArrayList<>();
    for (double nanos : new double[] {0, 1e4, 1e5, 1e9}) {
      CallTime.choose(new NotingKernel(calls), nanos).run(0, 0, 0, 0, 0, 0);
    }
    assertEquals(List.of("brief", "brief", "lasting", "lasting"), calls);
  }

  @Test
  void theMostThatIsBrief() {
    long most = CallTime.mostOfBrief(CallTime.MOVED);
    assertTrue(CallTime.isBrief((most - 1) * CallTime.MOVED));
    assertFalse(CallTime.isBrief((most + 1) * CallTime.MOVED));
  }
}
