package dev.merapi;

import dev.merapi.data.Dataset;
import dev.merapi.train.Loss;
import java.util.function.BooleanSupplier;

/// Works out loss and metrics of data that is not trained on, with the weights as they are in a
/// training step.
final class Validation implements AutoCloseable {
  private final Dataset data;
  private final FitData shape;
  private final int batch;
  private final Plans plans;
  private final Session session;
  private final Loss loss;

  /// @param batch the most rows of one run
  Validation(Trainer trainer, TrainStep step, FitData shape, Dataset data, int batch) {
    this.data = data;
    this.shape = shape;
    this.batch = batch;
    loss = trainer.loss();
    CompileOptions options = shape.options(trainer.options(), batch);
    plans =
        step.following(
            EvaluationGraph.of(trainer.model(), trainer.loss(), Serving.samples(data)), options);
    session = step.follow(plans);
  }

  /// @param goesOn asked before each batch; the result is of no use where it said no
  Evaluation run(Meters meters, BooleanSupplier goesOn) {
    return new DataPass(session, shape, batch, goesOn).evaluate(data, meters, loss);
  }

  @Override
  public void close() {
    session.close();
    plans.close();
  }
}
