package dev.merapi.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SpreadTest {
  private static final double EXACT = 1e-12;

  @Test
  void ofOneNumberIsThatNumber() {
    assertEquals(new Spread(3, 3, 3), Spread.of(3));
    assertEquals(1, Spread.of(3).width(), EXACT);
  }

  @Test
  void quantilesLieBetweenNumbersInProportion() {
    var spread = Spread.of(5, 1, 4, 2, 3); // the places of the quantiles are 2, 0.4 and 3.6
    assertEquals(3, spread.median(), EXACT);
    assertEquals(1.4, spread.low(), EXACT);
    assertEquals(4.6, spread.high(), EXACT);
    assertEquals(4.6 / 1.4, spread.width(), EXACT);
  }

  @Test
  void doesNotChangeTheArray() {
    double[] values = {2, 1};
    Spread.of(values);
    assertEquals(2, values[0], EXACT);
  }

  @Test
  void ratiosAreOfTurnsThatFollowEachOther() {
    // ours 1, theirs 2, ours 4, theirs 12: the ratios are 2/1, 2/4 and 12/4.
    var ratio = Spread.ofNeighbours(new double[] {1, 4}, new double[] {2, 12});
    assertEquals(Spread.of(2, 0.5, 3), ratio);
  }
}
