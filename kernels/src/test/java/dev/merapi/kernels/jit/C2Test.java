package dev.merapi.kernels.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class C2Test {
  @Test
  void theJvmOfTheTestsHasIt() {
    assertEquals(Optional.empty(), C2.missing());
  }

  @ParameterizedTest
  @ValueSource(strings = {"mixed mode, emulated-client, sharing", "interpreted mode, sharing"})
  void whereItIsMissingTheFlagsToLeaveOutAreNamed(String info) {
    String reason = C2.missing(info).orElseThrow();
    assertTrue(reason.contains(info), reason);
    assertTrue(reason.contains("-XX:TieredStopAtLevel"), reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mixed mode, sharing", "mixed mode", ""})
  void itIsTakenToBeThereOtherwise(String info) {
    assertEquals(Optional.empty(), C2.missing(info));
  }
}
