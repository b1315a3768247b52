package dev.merapi.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LanesTest {
  @Test
  void widthIsAPowerOfTwoOfAtLeastOneFloat() {
    int bits = Lanes.preferredBits();
    assertEquals(1, Integer.bitCount(bits));
    assertEquals(0, bits % Float.SIZE);
  }
}
