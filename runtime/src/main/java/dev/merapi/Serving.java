package dev.merapi;

import dev.merapi.compiler.Pipeline;
import dev.merapi.data.Column;
import dev.merapi.data.Dataset;
import dev.merapi.graph.DType;
import dev.merapi.graph.Dim;
import dev.merapi.graph.Graph;
import dev.merapi.graph.Shape;
import dev.merapi.spi.Program;
import dev.merapi.train.ConfusionMatrix;
import java.util.List;
import java.util.function.Function;

/// Runs a trainer's model as it is over data.
final class Serving {
  /// Rows of one run.
  private static final int BATCH = 64;

  private final Trainer trainer;
  private final FitData shape;

  Serving(Trainer trainer) {
    this.trainer = trainer;
    shape = FitData.of(trainer.model(), trainer.options());
  }

  Evaluation evaluate(Dataset data) {
    shape.check("evaluate", data, trainer.loss());
    var meters = new Meters(trainer.metrics(), trainer.subject(shape));
    return run(withLoss(), data.rows(), pass -> pass.evaluate(data, meters));
  }

  ConfusionMatrix confusion(Dataset data) {
    shape.check("confusion", data, trainer.loss());
    ConfusionMatrix.Counter counter = ConfusionMatrix.counter(trainer.subject(shape));
    return run(
        withLoss(),
        data.rows(),
        pass -> {
          pass.over(
              data,
              (session, _) ->
                  counter.add(session.output(shape.output()), session.input(TrainingGraph.TARGET)));
          return counter.result();
        });
  }

  Column.Floats predict(Column inputs) {
    shape.check("predict", inputs);
    if (shape.outputType().dtype() != DType.F32) {
      throw MerapiException.of(MerapiException.Kind.SHAPE, "predict: the output is not f32")
          .with("output", shape.outputType());
    }
    List<Dim> dims = shape.outputType().shape().dims();
    var row = new Shape(dims.subList(1, dims.size()));
    float[] all = new float[elements(inputs.rows(), row)];
    int[] at = {0};
    return run(
        trainer.model().graph(),
        inputs.rows(),
        pass -> {
          pass.over(
              inputs,
              (session, _) -> {
                float[] some = session.output(shape.output()).toFloats();
                System.arraycopy(some, 0, all, at[0], some.length);
                at[0] += some.length;
              });
          return (Column.Floats) Column.of(row, all);
        });
  }

  private static int elements(int rows, Shape row) {
    double elements = (double) rows * row.elements();
    if (elements > Integer.MAX_VALUE - 16) {
      throw MerapiException.of(MerapiException.Kind.MEMORY, "predict: more than an array holds")
          .with("rows", rows)
          .with("row", row)
          .hint("predict fewer rows at a time");
    }
    return (int) elements;
  }

  private Graph withLoss() {
    return EvaluationGraph.of(trainer.model(), trainer.loss());
  }

  private <T> T run(Graph graph, int rows, Function<DataPass, T> work) {
    int batch = Math.min(rows, BATCH);
    var plans =
        new Plans(
            "evaluation of " + trainer.model().name(),
            shape.options(trainer.options(), batch),
            sizes -> Pipeline.compile(graph, sizes, Program.Parameters.FROZEN),
            trainer.model().parameters());
    try (var session = new Session(plans, () -> {})) {
      return work.apply(new DataPass(session, shape, batch));
    } finally {
      plans.close();
    }
  }
}
