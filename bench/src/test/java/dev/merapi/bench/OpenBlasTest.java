package dev.merapi.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenBlasTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15, 16, 17, 61})
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
  void productIsThatOfTheNaiveLoop(int size) {
    try (Arena arena = Arena.ofConfined()) {
      var matrices = Matrices.random(size, 7L, arena);
      var c = matrices.result();
      OpenBlas.load().multiply(matrices.a(), matrices.b(), c, size);
      assertEquals(0, matrices.error(c, 1), Floats.tolerance(size));
    }
  }
}
