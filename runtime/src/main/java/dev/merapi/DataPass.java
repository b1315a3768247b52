package dev.merapi;

import dev.merapi.data.Batches;
import dev.merapi.data.Batches.Batch;
import dev.merapi.data.Column;
import dev.merapi.data.Dataset;
import dev.merapi.memory.HostTensor;
import dev.merapi.train.Loss;
import dev.merapi.train.SampleWeights;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.ObjIntConsumer;

/// Runs a session over all rows of some data, in order.
///
/// @param size the most rows of one run
/// @param goesOn asked before each run; what was seen until then is not all where it says no
record DataPass(Session session, FitData shape, int size, BooleanSupplier goesOn) {
  /// With targets.
  ///
  /// @param afterEach hears of each batch, with its number of rows
  void over(Dataset data, ObjIntConsumer<Session> afterEach) {
    Batches batches = Batches.of(data, size);
    for (Batch batch : batches.epoch(0)) {
      if (!goesOn.getAsBoolean()) {
        return;
      }
      session.resize(shape.batch(), batch.size());
      batch.copyTo(session.input(shape.input()), session.input(LossGraph.TARGET));
      Optional.ofNullable(session.inputs().get(LossGraph.SAMPLE_WEIGHTS))
          .ifPresent(batch::copyWeightsTo);
      session.run();
      afterEach.accept(session, batch.size());
    }
  }

  /// Without targets.
  void over(Column inputs, ObjIntConsumer<Session> afterEach) {
    Batches batches = Batches.of(new Dataset(inputs, inputs), size);
    for (Batch batch : batches.epoch(0)) {
      session.resize(shape.batch(), batch.size());
      batch.copyTo(session.input(shape.input()));
      session.run();
      afterEach.accept(session, batch.size());
    }
  }

  /// Loss and metrics over all rows.
  ///
  /// @throws MerapiException of kind `NOT_FINITE` if the loss is no number because it does not take
  ///   such outputs
  Evaluation evaluate(Dataset data, Meters meters, Loss loss) {
    over(
        data,
        (run, _) -> {
          HostTensor output = run.output(shape.output());
          BatchLoss batch = BatchLoss.of(run);
          if (!batch.isFinite()) {
            OutputAdvice.refuse("evaluate", loss, output);
          }
          meters.add(
              output,
              run.input(LossGraph.TARGET),
              SampleWeights.of(Optional.ofNullable(run.inputs().get(LossGraph.SAMPLE_WEIGHTS))),
              batch);
        });
    return meters.result();
  }
}
