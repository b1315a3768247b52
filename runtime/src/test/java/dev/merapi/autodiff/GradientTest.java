package dev.merapi.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.samples.OpSamples;
import dev.merapi.samples.Sample;
import dev.merapi.samples.Sample.Trait;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GradientTest {
  private static final double STEP = 1e-4;
  private static final double TOLERANCE = 1e-6;
  private static final int DIRECTIONS = 3;

  static Stream<Sample> smooth() {
    return OpSamples.all().stream()
        .filter(sample -> !sample.has(Trait.KINK) && !sample.has(Trait.NO_GRADIENT));
  }

  static Stream<Sample> twiceSmooth() {
    return smooth().filter(sample -> !sample.has(Trait.NO_SECOND_GRADIENT));
  }

  static Stream<Sample> affine() {
    return OpSamples.all().stream().filter(sample -> sample.has(Trait.AFFINE));
  }

  static Stream<Sample> withoutGradient() {
    return OpSamples.all().stream().filter(sample -> sample.has(Trait.NO_GRADIENT));
  }

  static Stream<Sample> withoutSecondGradient() {
    return OpSamples.all().stream().filter(sample -> sample.has(Trait.NO_SECOND_GRADIENT));
  }

  @ParameterizedTest
  @MethodSource("smooth")
  void agreesWithDifferences(Sample sample) {
    var random = new Random(1);
    checkDifferences(probe(sample, random), random);
  }

  @ParameterizedTest
  @MethodSource("twiceSmooth")
  void secondGradientAgreesWithDifferences(Sample sample) {
    var random = new Random(2);
    Probe first = probe(sample, random);
    checkDifferences(first.next(random), random);
  }

  private static void checkDifferences(Probe probe, Random random) {
    for (int i = 0; i < DIRECTIONS; i++) {
      Map<String, double[]> direction = probe.direction(probe.inputs(), random);
      Probe.Slope slope = probe.slope(direction);
      double ahead = probe.lossAt(direction, STEP);
      double behind = probe.lossAt(direction, -STEP);
      double difference = (ahead - behind) / (2 * STEP);
      assertEquals(difference, slope.value(), TOLERANCE * Math.max(slope.size(), 1e-3));
    }
  }

  /// `<A(x + d) - A(x), w> = <d, A'w>`, whatever the size of the step.
  @ParameterizedTest
  @MethodSource("affine")
  void isTheAdjointOfAnAffineOperation(Sample sample) {
    var random = new Random(3);
    Probe probe = probe(sample, random);
    for (String input : probe.inputs()) {
      Map<String, double[]> direction = probe.direction(List.of(input), random);
      Probe.Slope slope = probe.slope(direction);
      double change = probe.lossAt(direction, 1) - probe.lossAt(direction, 0);
      assertEquals(change, slope.value(), 1e-12 * Math.max(slope.size(), 1), input);
    }
  }

  @ParameterizedTest
  @MethodSource("withoutGradient")
  void saysWhatHasNone(Sample sample) {
    MerapiException error = assertThrows(MerapiException.class, () -> probe(sample, new Random(4)));
    assertEquals(MerapiException.Kind.UNSUPPORTED_OP, error.kind());
    assertEquals("sample", error.place());
    assertTrue(error.getMessage().startsWith(sample.op().name()), error.getMessage());
  }

  @ParameterizedTest
  @MethodSource("withoutSecondGradient")
  void saysWhatHasNoSecondOne(Sample sample) {
    var random = new Random(5);
    Probe probe = probe(sample, random);
    MerapiException error = assertThrows(MerapiException.class, () -> probe.next(random));
    assertEquals(MerapiException.Kind.UNSUPPORTED_OP, error.kind());
    assertEquals("sample/grad", error.place());
  }

  private static Probe probe(Sample sample, Random random) {
    return Probe.of(sample.graph(), sample.bindings(), random);
  }
}
