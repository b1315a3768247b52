package dev.merapi.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import org.junit.jupiter.api.Test;

class AgreementTest {
  @Test
  void differencesAreTheLargest() {
    var agreement = Agreement.of(new float[] {1, 10, -4}, new float[] {0.5f, 8, -4});
    assertEquals(new Agreement(2, 0.5), agreement);
  }

  @Test
  void refusesWhatDiffersByMoreThanOneInTenThousand() {
    var ours = new float[] {100, 1};
    Agreement.of(ours, new float[] {100.009f, 1}).check("some");
    var far = Agreement.of(ours, new float[] {100, 1.0002f});
    var failure = assertThrows(MerapiException.class, () -> far.check("lenet/batch1"));
    assertTrue(failure.getMessage().contains("lenet/batch1"), failure.getMessage());
  }

  @Test
  void refusesNanAndOtherSizes() {
    var nan = Agreement.of(new float[] {Float.NaN}, new float[] {1});
    assertThrows(MerapiException.class, () -> nan.check("some"));
    assertThrows(MerapiException.class, () -> Agreement.of(new float[1], new float[2]));
  }
}
