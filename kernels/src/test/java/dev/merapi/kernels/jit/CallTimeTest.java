package dev.merapi.kernels.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the collector does not wait for: some 50 microseconds.
class CallTimeTest {
  private final List<String> calls = new ArrayList<>();

  private final Kernel kernel =
      new Kernel() {
        @Override
        public void run(long p0, long p1, long p2, long p3, long p4, long p5) {
          calls.add("brief");
        }

        @Override
        public Kernel lasting() {
          return (_, _, _, _, _, _) -> calls.add("lasting");
        }
      };

  @Test
  void longCallsAreLasting() {
    for (double nanos : new double[] {0, 1e4, 1e5, 1e9}) {
      CallTime.choose(kernel, nanos).run(0, 0, 0, 0, 0, 0);
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
