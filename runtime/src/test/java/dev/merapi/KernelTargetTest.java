package dev.merapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelTargetTest {
  @Test
  void eachHasAWord() {
    var words = Arrays.stream(KernelTarget.values()).map(KernelTarget::word).toList();
    assertEquals(List.of("machine", "machine-avx2", "vector", "scalar"), words);
    for (KernelTarget target : KernelTarget.values()) {
      assertEquals(target, KernelTarget.of(target.word()));
    }
  }

  @Test
  void anotherWordIsRefused() {
    var error = assertThrows(MerapiException.class, () -> KernelTarget.of("fast"));
    assertEquals(
        "unknown target of kernels: target=fast, known=[machine, machine-avx2, vector, scalar]",
        error.getMessage());
    assertEquals(MerapiException.Kind.ARGUMENT, error.kind());
  }
}
