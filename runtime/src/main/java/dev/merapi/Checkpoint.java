package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.DType;
import dev.merapi.graph.TensorType;
import dev.merapi.memory.HostTensor;
import dev.merapi.spi.ModelContents;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A `fit` at a point between two steps: all that decides the bits that follow.
///
/// @param epoch how many epochs are over
/// @param step how many steps of the current epoch are done
/// @param training parameters and the training step's state
/// @param best the weights of the best epoch, where they are kept
/// @param numbers sums of the running epoch and the like, by name
/// @param history the epochs that are over
/// @param settings what has to be the same when it goes on
record Checkpoint(
    int epoch,
    int step,
    Map<String, HostTensor> training,
    Map<String, HostTensor> best,
    Map<String, double[]> numbers,
    History history,
    Map<String, String> settings) {
  private static final String FIT = ModelContents.STATE + "fit.";
  private static final String BEST = FIT + "best.";
  private static final String NUMBERS = FIT + "numbers.";
  private static final String META = "fit.";
  private static final String SETTING = META + "setting.";
  private static final String HISTORY = META + "history";
  private static final String EPOCH = META + "epoch";
  private static final String STEP = META + "step";

  /// As the contents of a model file.
  ///
  /// @param model the model that is trained
  ModelContents toContents(ModelContents model) {
    var parameters = new LinkedHashMap<>(model.parameters());
    var state = new LinkedHashMap<String, HostTensor>();
    training.forEach((name, tensor) ->
        (name.startsWith(ModelContents.STATE) ? state : parameters).put(name, tensor));
    best.forEach((name, tensor) -> state.put(BEST + name, renamed(BEST + name, tensor)));
    numbers.forEach((name, values) -> state.put(NUMBERS + name, encode(NUMBERS + name, values)));
    var metadata = new LinkedHashMap<>(model.metadata());
    metadata.put(EPOCH, Integer.toString(epoch));
    metadata.put(STEP, Integer.toString(step));
    metadata.put(HISTORY, history.toCsv());
    settings.forEach((name, value) -> metadata.put(SETTING + name, value));
    return new ModelContents(
        model.graph(),
        model.trainingGraph(),
        model.layers(),
        parameters,
        state,
        model.labels(),
        metadata);
  }

  /// What [#toContents] made.
  ///
  /// @throws MerapiException of kind `FORMAT` if it did not
  static Checkpoint of(ModelContents contents) {
    var training = new LinkedHashMap<>(contents.parameters());
    var best = new LinkedHashMap<String, HostTensor>();
    var numbers = new LinkedHashMap<String, double[]>();
    contents
        .state()
        .forEach((name, tensor) -> {
          if (name.startsWith(BEST)) {
            best.put(name.substring(BEST.length()), tensor);
          } else if (name.startsWith(NUMBERS)) {
            numbers.put(name.substring(NUMBERS.length()), decode(tensor));
          } else {
            training.put(name, tensor);
          }
        });
    var settings = new LinkedHashMap<String, String>();
    contents
        .metadata()
        .forEach((name, value) -> {
          if (name.startsWith(SETTING)) {
            settings.put(name.substring(SETTING.length()), value);
          }
        });
    return new Checkpoint(
        integer(contents, EPOCH),
        integer(contents, STEP),
        training,
        best,
        numbers,
        HistoryText.parse(text(contents, HISTORY)),
        settings);
  }

  /// The strings of a checkpoint's file without those that are a fit's; any other file's as they
  /// are.
  static Map<String, String> withoutFit(Map<String, String> metadata) {
    if (!metadata.containsKey(HISTORY)) {
      return metadata;
    }
    var own = new LinkedHashMap<>(metadata);
    own.keySet().removeAll(List.of(EPOCH, STEP, HISTORY));
    own.keySet().removeIf(name -> name.startsWith(SETTING));
    return own;
  }

  private static String text(ModelContents contents, String name) {
    String value = contents.metadata().get(name);
    if (value == null) {
      throw MerapiException.of(
              Kind.FORMAT, "checkpoint: this is a model without the state of a fit")
          .with("model", contents.name())
          .with("missing", name);
    }
    return value;
  }

  private static int integer(ModelContents contents, String name) {
    String text = text(contents, name);
    try {
      int value = Integer.parseInt(text);
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException _) {
      // told below, as a negative number is
    }
    throw MerapiException.of(Kind.FORMAT, "checkpoint: not a number from 0 on")
        .with("name", name)
        .with("value", text.length() <= 40 ? text : text.substring(0, 37) + "...");
  }

  /// Checks that a run can have been where it says.
  ///
  /// @param steps of an epoch
  /// @throws MerapiException of kind `FORMAT` if it cannot
  void checkPlace(int steps) {
    boolean numbered = history.epochs().size() == epoch;
    for (int i = 0; numbered && i < epoch; i++) {
      numbered = history.epochs().get(i).number() == i + 1;
    }
    if (step > steps || !numbered) {
      throw MerapiException.of(Kind.FORMAT, "checkpoint: no run can be there")
          .with("epochs", epoch)
          .with("of the history", history.epochs().stream().map(History.Epoch::number).toList())
          .with("step", step)
          .with("steps of an epoch", steps);
    }
  }

  /// Checks the weights of the best epoch against those that they are to replace.
  ///
  /// @throws MerapiException of kind `FORMAT` if they do not fit, or lack
  void checkBest(Map<String, HostTensor> parameters) {
    boolean fits = epoch == 0 || best.keySet().equals(parameters.keySet());
    for (var each : best.entrySet()) {
      HostTensor parameter = parameters.get(each.getKey());
      fits = fits && parameter != null && parameter.type().equals(each.getValue().type());
    }
    if (!fits) {
      throw MerapiException.of(Kind.FORMAT, "checkpoint: the best weights are another model's")
          .with("best", best.values())
          .with("parameters", parameters.values());
    }
  }

  /// The numbers of that name.
  ///
  /// @throws MerapiException of kind `FORMAT` unless there are that many
  double[] numbers(String name, int count) {
    double[] found = numbers.get(name);
    if (found == null || found.length != count) {
      throw MerapiException.of(Kind.FORMAT, "checkpoint: numbers are missing")
          .with("name", name)
          .with("numbers", found == null ? "none" : found.length)
          .with("expected", count);
    }
    return found;
  }

  private static HostTensor renamed(String name, HostTensor tensor) {
    var copy = HostTensor.allocate(name, tensor.type());
    copy.copyFrom(tensor);
    return copy;
  }

  /// Each double as two words: files hold numbers of four bytes.
  private static HostTensor encode(String name, double[] values) {
    int[] words = new int[2 * values.length];
    for (int i = 0; i < values.length; i++) {
      long bits = Double.doubleToRawLongBits(values[i]);
      words[2 * i] = (int) bits;
      words[2 * i + 1] = (int) (bits >>> Integer.SIZE);
    }
    var tensor = HostTensor.allocate(name, TensorType.i32(words.length));
    tensor.copyFrom(words);
    return tensor;
  }

  private static double[] decode(HostTensor tensor) {
    if (tensor.type().dtype() != DType.I32 || tensor.elements() % 2 != 0) {
      throw MerapiException.of(Kind.FORMAT, "checkpoint: not numbers of two words")
          .with("name", tensor.name())
          .with("type", tensor.type());
    }
    int[] words = tensor.toInts();
    double[] values = new double[words.length / 2];
    for (int i = 0; i < values.length; i++) {
      long high = (long) words[2 * i + 1] << Integer.SIZE;
      values[i] = Double.longBitsToDouble(high | Integer.toUnsignedLong(words[2 * i]));
    }
    return values;
  }

  /// Checks that a run which goes on has the settings of the one that was stopped.
  ///
  /// @throws MerapiException of kind `ARGUMENT` that names all that differ
  void check(Map<String, String> now) {
    var differing = new LinkedHashMap<>(now);
    differing.entrySet().removeIf(each -> each.getValue().equals(settings.get(each.getKey())));
    if (differing.isEmpty()) {
      return;
    }
    var error = MerapiException.of(Kind.ARGUMENT, "resume: the checkpoint was made differently");
    for (var each : differing.entrySet()) {
      String then = settings.getOrDefault(each.getKey(), "not known");
      error = error.with("setting", each.getKey()).with("then", then).with("now", each.getValue());
    }
    throw error.hint(
        "resume with the same data and options, or checkpoint to another directory; to train its"
            + " weights on in another way, begin anew with Model.load(checkpoint)");
  }
}
