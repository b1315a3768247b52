package dev.merapi.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.CompileOptions;
import dev.merapi.nn.Module;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExamplesTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void exclusiveOrIsLearned(long seed) {
    float loss = Xor.train(seed, CompileOptions.cpu());
    assertTrue(loss < 0.01, "loss " + loss);
  }

  static Stream<Module> classifiers() {
    return Stream.of(new Classifier(), Classifier.sequential());
  }

  @ParameterizedTest
  @MethodSource("classifiers")
  void theClassifierLearns(Module net) {
    float[] losses = Classifier.train(net, 30, 1, CompileOptions.cpu());
    assertTrue(losses[29] < 0.2f, Arrays.toString(losses));
  }
}
