package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.data.Column;
import dev.merapi.data.Dataset;
import dev.merapi.graph.Dim;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.train.Loss;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a model wants of data: checked before anything is compiled.
///
/// @param input the name of the input
/// @param output the name of the output
/// @param batch the name of the size that is the number of rows
/// @param inputType with every size but that a number
/// @param outputType as the input's
record FitData(
    String input, String output, String batch, TensorType inputType, TensorType outputType) {
  /// @throws MerapiException of kind `ARGUMENT` unless the model has one input and one output, and
  ///   all sizes that the options bind; `SHAPE` unless their first size, and only that, is the
  ///   number of rows
  static FitData of(Model model, CompileOptions options) {
    Map<String, Value> inputs = model.graph().inputs();
    if (inputs.size() != 1) {
      throw MerapiException.of(Kind.ARGUMENT, "trainer: the model has not one input")
          .with("inputs", inputs.keySet())
          .hint("train it with a TrainStep and a loop of your own");
    }
    String input = inputs.keySet().iterator().next();
    String output = model.onlyOutput();
    TensorType inputType = Names.find("input", input, inputs).type();
    TensorType outputType = model.graph().outputs().getFirst().value().type();
    String batch = batchOf(input, inputType);
    NamedSizes.check(options, model.graph());
    var others = new LinkedHashMap<>(options.sizes());
    others.remove(batch);
    TensorType in = inputType.bind(others);
    TensorType out = outputType.bind(others);
    checkRows(input, in, batch);
    checkRows(output, out, batch);
    return new FitData(input, output, batch, in, out);
  }

  private static String batchOf(String input, TensorType type) {
    if (type.rank() > 0) {
      Dim first = type.shape().dim(0);
      if (first.symbols().contains(first.toString())) {
        return first.toString();
      }
    }
    throw MerapiException.of(Kind.SHAPE, "trainer: the input's number of rows does not vary")
        .with("input", input)
        .with("type", type)
        .hint("name its first size: input(\"" + input + "\", f32(\"N\", ...))");
  }

  private static void checkRows(String name, TensorType type, String batch) {
    List<Dim> dims = type.shape().dims();
    boolean fits = !dims.isEmpty() && dims.getFirst().toString().equals(batch);
    if (!fits || !dims.subList(1, dims.size()).stream().allMatch(Dim::isConstant)) {
      throw MerapiException.of(
              Kind.SHAPE, "trainer: only the first size may vary, with the number of rows")
          .with("name", name)
          .with("type", type)
          .with("rows", batch)
          .hint("bind other sizes with compile(CompileOptions.best().size(name, number))");
    }
  }

  /// The options with the number of rows bound.
  CompileOptions options(CompileOptions options, int rows) {
    return options.upTo(batch, rows);
  }

  /// The type of the targets that a loss wants.
  TensorType targetType(Loss loss) {
    return loss.target(outputType);
  }

  /// Checks inputs; there may be none.
  void check(String what, Column inputs) {
    check(what, "inputs", inputs, inputs.row(), inputType);
  }

  /// Checks what a plan trains on.
  void check(FitPlan plan, Loss loss) {
    checkAny("fit", plan.train());
    Column inputs = plan.train().inputs();
    Shape row = plan.augmentation().map(each -> each.outcome(inputs.row())).orElse(inputs.row());
    check("fit", "inputs", inputs, row, inputType);
    checkTargets("fit", plan.train(), loss);
  }

  /// Checks inputs and targets.
  void check(String what, Dataset data, Loss loss) {
    checkAny(what, data);
    check(what, data.inputs());
    checkTargets(what, data, loss);
  }

  private static void checkAny(String what, Dataset data) {
    if (data.rows() == 0) {
      throw MerapiException.of(Kind.ARGUMENT, what + ": there is no row");
    }
  }

  private void checkTargets(String what, Dataset data, Loss loss) {
    Column targets = data.targets();
    check(what, "targets", targets, targets.row(), targetType(loss));
    Labels.check(what, targets, outputType, loss);
  }

  private static void check(String what, String part, Column column, Shape given, TensorType type) {
    List<Dim> dims = type.shape().dims();
    var row = new Shape(dims.subList(1, dims.size()));
    if (column.dtype() != type.dtype() || !squeezed(given).equals(squeezed(row))) {
      throw MerapiException.of(Kind.SHAPE, what + ": " + part + " do not fit the model")
          .with("row", column.dtype().toString() + given)
          .with("expected", type.dtype().toString() + row)
          .hint(
              part.equals("targets")
                  ? "the loss and the model's output decide what targets are"
                  : "the model's input decides what a row is");
    }
  }

  /// Sizes of 1 do not matter: `[1]` is as good as a scalar.
  private static List<Dim> squeezed(Shape shape) {
    return shape.dims().stream().filter(dim -> !dim.equals(Dim.of(1))).toList();
  }
}
