package dev.merapi.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.DataInputStream;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DigitsTest {
  @ParameterizedTest
  @CsvSource({
    "TRAIN_IMAGES, 8000, 784, 3",
    "TRAIN_LABELS, 8000, 1, 1",
    "TEST_IMAGES, 2000, 784, 3",
    "TEST_LABELS, 2000, 1, 1"
  })
  void fileHoldsTheItemsItsHeaderAnnounces(Digits file, int items, int bytesPerItem, int rank)
      throws IOException {
    try (var in = new DataInputStream(file.open())) {
      assertEquals(0x0800 + rank, in.readInt());
      assertEquals(items, in.readInt());
      in.skipNBytes(4L * (rank - 1));
      assertEquals((long) items * bytesPerItem, in.readAllBytes().length);
    }
  }
}
