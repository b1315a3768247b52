package dev.merapi;

import dev.merapi.TrainOptions.Samples;
import dev.merapi.compiler.Pipeline;
import dev.merapi.data.Column;
import dev.merapi.data.Dataset;
import dev.merapi.graph.DType;
import dev.merapi.graph.Dim;
import dev.merapi.graph.Graph;
import dev.merapi.graph.Shape;
import dev.merapi.memory.HostTensor;
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
    Meters meters = trainer.meters(shape);
    return run(withLoss(data), data.rows(), pass -> pass.evaluate(data, meters, trainer.loss()));
  }

  ConfusionMatrix confusion(Dataset data) {
    shape.check("confusion", data, trainer.loss());
    ConfusionMatrix.Counter counter = ConfusionMatrix.counter(trainer.subject(shape));
    return run(
        withLoss(data),
        data.rows(),
        pass -> {
          pass.over(
              data,
              (session, _) ->
                  counter.add(session.output(shape.output()), session.input(LossGraph.TARGET)));
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
    var all = new Collected(inputs.rows(), row);
    if (inputs.rows() == 0) {
      return all.column();
    }
    return run(
        trainer.model().graph(),
        inputs.rows(),
        pass -> {
          pass.over(inputs, (session, _) -> all.add(session.output(shape.output())));
          return all.column();
        });
  }

  Column.Floats lossPerRow(Dataset data) {
    shape.check("lossPerRow", data, trainer.loss());
    var all = new Collected(data.rows(), Shape.SCALAR);
    return run(
        EvaluationGraph.rows(trainer.model(), trainer.loss()),
        data.rows(),
        pass -> {
          pass.over(data, (session, _) -> all.add(session.output(LossGraph.LOSS)));
          return all.column();
        });
  }

  /// The rows of one run after the other.
  private static final class Collected {
    private final Shape row;
    private final float[] values;
    private int count;

    Collected(int rows, Shape row) {
      this.row = row;
      values = new float[elements(rows, row)];
    }

    void add(HostTensor some) {
      float[] more = some.toFloats();
      System.arraycopy(more, 0, values, count, more.length);
      count += more.length;
    }

    Column.Floats column() {
      return (Column.Floats) Column.of(row, values);
    }
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

  private Graph withLoss(Dataset data) {
    return EvaluationGraph.of(trainer.model(), trainer.loss(), samples(data));
  }

  /// Whether the rows of some data have weights.
  static Samples samples(Dataset data) {
    return data.sampleWeights().isPresent() ? Samples.WEIGHTED : Samples.ALIKE;
  }

  private <T> T run(Graph graph, int rows, Function<DataPass, T> work) {
    int batch = Math.min(rows, BATCH);
    var plans =
        new Plans(
            "evaluation of " + trainer.model().name(),
            shape.options(trainer.options(), batch),
            (sizes, limits) -> Pipeline.compile(graph, sizes, Program.Parameters.FROZEN, limits),
            trainer.model().parameters());
    try (var session = new Session(plans, () -> {})) {
      return work.apply(new DataPass(session, shape, batch, () -> true));
    } finally {
      plans.close();
    }
  }
}
