package dev.merapi.train;

import dev.merapi.memory.HostTensor;
import java.util.Optional;

/// How much each row of a batch counts.
@FunctionalInterface
public interface SampleWeights {
  /// All rows count alike.
  SampleWeights ALIKE = _ -> 1;

  /// The weight of a row of the batch.
  double of(int row);

  /// Those of a tensor `f32[N]`; alike if there is none.
  static SampleWeights of(Optional<HostTensor> tensor) {
    return tensor.<SampleWeights>map(weights -> weights::getFloat).orElse(ALIKE);
  }
}
