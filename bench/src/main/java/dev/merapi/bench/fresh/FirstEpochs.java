package dev.merapi.bench.fresh;

import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.FitOption.batch;
import static dev.merapi.train.FitOption.epochs;
import static dev.merapi.train.FitOption.listen;

import dev.merapi.History;
import dev.merapi.Trainer;
import dev.merapi.data.Dataset;
import dev.merapi.train.TrainingListener;
import dev.merapi.train.TrainingProgress;
import java.util.stream.LongStream;

/// What a fresh JVM runs: it fits a network, and says how long each epoch took.
final class FirstEpochs {
  static final int EPOCHS = 3;
  private static final int BATCH = 32;

  private FirstEpochs() {}

  /// Prints microseconds: of each epoch, the first with all that comes before it, such as
  /// compiling.
  ///
  /// @param args the name of a [TrainedNetwork]
  static void main(String[] args) {
    TrainedNetwork network = TrainedNetwork.valueOf(args[0]);
    Dataset data = network.data();
    var trainer =
        Trainer.of(network.model()).loss(network.loss()).optimizer(sgd(1e-3).momentum(0.9));
    var ends = LongStream.builder();
    ends.add(System.nanoTime());
    trainer.fit(
        data,
        epochs(EPOCHS),
        batch(BATCH),
        listen(
            new TrainingListener() {
              @Override
              public void onEpochEnd(TrainingProgress progress, History.Epoch epoch) {
                ends.add(System.nanoTime());
              }
            }));
    long[] at = ends.build().toArray();
    long[] micros = new long[EPOCHS];
    for (int i = 0; i < EPOCHS; i++) {
      micros[i] = (at[i + 1] - at[i]) / 1000;
    }
    Figures.print(micros);
  }
}
