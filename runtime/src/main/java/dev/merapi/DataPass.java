package dev.merapi;

import dev.merapi.data.Batches;
import dev.merapi.data.Batches.Batch;
import dev.merapi.data.Column;
import dev.merapi.data.Dataset;
import java.util.function.ObjIntConsumer;

/// Runs a session over all rows of some data, in order.
///
/// @param size the most rows of one run
record DataPass(Session session, FitData shape, int size) {
  /// With targets.
  ///
  /// @param afterEach hears of each batch, with its number of rows
  void over(Dataset data, ObjIntConsumer<Session> afterEach) {
    Batches batches = Batches.of(data, size);
    for (Batch batch : batches.epoch(0)) {
      session.resize(shape.batch(), batch.size());
      batch.copyTo(session.input(shape.input()), session.input(TrainingGraph.TARGET));
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
  Evaluation evaluate(Dataset data, Meters meters) {
    over(
        data,
        (run, rows) ->
            meters.add(
                run.output(shape.output()),
                run.input(TrainingGraph.TARGET),
                run.output(TrainingGraph.LOSS).getFloat(0),
                rows));
    return meters.result();
  }
}
