package dev.merapi.kernels.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LanesTest {
  @Test
  void onlyX86HasFewerRegistersForNarrowVectors() {
    assertEquals(32, Lanes.L16.registers("amd64"));
    assertEquals(16, Lanes.L8.registers("amd64"));
    assertEquals(16, Lanes.L4.registers("x86_64"));
    assertEquals(32, Lanes.L4.registers("aarch64"));
    assertEquals(32, Lanes.L8.registers("riscv64"));
  }
}
