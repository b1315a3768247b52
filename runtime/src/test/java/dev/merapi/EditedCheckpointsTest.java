package dev.merapi;

import static dev.merapi.Fits.REFERENCE;
import static dev.merapi.Fits.rows;
import static dev.merapi.optim.Adam.adam;
import static dev.merapi.train.FitOption.batch;
import static dev.merapi.train.FitOption.checkpointTo;
import static dev.merapi.train.FitOption.earlyStopping;
import static dev.merapi.train.FitOption.epochs;
import static dev.merapi.train.FitOption.gradientMonitor;
import static dev.merapi.train.FitOption.listen;
import static dev.merapi.train.FitOption.resume;
import static dev.merapi.train.FitOption.validateOn;
import static dev.merapi.train.Losses.bce;
import static dev.merapi.train.Metrics.auc;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException.Kind;
import dev.merapi.data.Column;
import dev.merapi.data.Dataset;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.memory.HostTensor;
import dev.merapi.spi.ModelContents;
import dev.merapi.train.CheckpointStore;
import dev.merapi.train.TrainingListener;
import dev.merapi.train.TrainingProgress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A checkpoint that somebody changed is resumed or refused with a [MerapiException]; so is a run
/// on other data.
class EditedCheckpointsTest {
  private static final String NUMBERS = ModelContents.STATE + "fit.numbers.";
  private static final String BEST = ModelContents.STATE + "fit.best.";

  /// Keeps the last checkpoint.
  private static final class Memory implements CheckpointStore {
    private Optional<ModelContents> last = Optional.empty();

    @Override
    public void save(long step, ModelContents contents) {
      last = Optional.of(contents);
    }

    @Override
    public void saveBest(ModelContents contents) {}

    @Override
    public Optional<ModelContents> latest() {
      return last;
    }
  }

  private static final TrainingListener STOP =
      new TrainingListener() {
        @Override
        public void onBatchEnd(TrainingProgress progress) {
          if (progress.totalSteps() == 8) {
            progress.stop("for now");
          }
        }
      };

  /// Stopped in the middle of the third epoch of three steps.
  private static ModelContents stopped() {
    var store = new Memory();
    fit(store, rows(12, 1), false);
    return store.last.orElseThrow();
  }

  private static History fit(CheckpointStore store, Dataset data, boolean resumed) {
    return Trainer.of(Fits.model(1))
        .loss(bce())
        .optimizer(adam(0.02))
        .metrics(auc())
        .compile(REFERENCE)
        .fit(
            data,
            epochs(4),
            batch(4),
            validateOn(rows(5, 2)),
            earlyStopping(9),
            gradientMonitor(),
            checkpointTo(store),
            resumed ? resume() : listen(STOP));
  }

  private static History resumed(ModelContents contents, Dataset data) {
    var store = new Memory();
    store.last = Optional.of(contents);
    return fit(store, data, true);
  }

  private static ModelContents with(
      ModelContents c, Map<String, HostTensor> state, Map<String, String> metadata) {
    return new ModelContents(
        c.graph(), c.trainingGraph(), c.layers(), c.parameters(), state, c.labels(), metadata);
  }

  private static ModelContents withString(String name, UnaryOperator<String> change) {
    ModelContents contents = stopped();
    var metadata = new LinkedHashMap<>(contents.metadata());
    assertTrue(metadata.containsKey(name), () -> metadata.keySet().toString());
    metadata.compute(name, (_, value) -> change.apply(value));
    return with(contents, contents.state(), metadata);
  }

  private static void refused(ModelContents contents, String... parts) {
    var error = assertThrows(MerapiException.class, () -> resumed(contents, rows(12, 1)));
    assertEquals(Kind.FORMAT, error.kind(), error.getMessage());
    for (String part : parts) {
      assertTrue(error.getMessage().contains(part), () -> part + " not in: " + error.getMessage());
    }
  }

  @Test
  void whatNobodyChangedGoesOn() {
    assertEquals(4, resumed(stopped(), rows(12, 1)).size());
  }

  @ParameterizedTest
  @CsvSource({
    "fit.step, 4294967295",
    "fit.step, -1",
    "fit.step, 4",
    "fit.step, 2147483647",
    "fit.step, 1.0",
    "fit.step, ''",
    "fit.step, +",
    "fit.epoch, 4294967295",
    "fit.epoch, 0",
    "fit.epoch, 1",
    "fit.epoch, 3",
    "fit.epoch, 99999999999999999999"
  })
  void placesWhereNoRunCanBeAreRefused(String name, String value) {
    refused(withString(name, _ -> value), "checkpoint: ");
  }

  @ParameterizedTest
  @CsvSource({"1, 1.5", "1, 1e300", "1, NaN", "1, 0", "1, 2", "2, 1", "2, x"})
  void historiesThatCannotBeAreRefused(String epoch, String other) {
    refused(
        withString(
            "fit.history", text -> text.replaceFirst("\n" + epoch + ",", "\n" + other + ",")));
  }

  private static ModelContents withState(String name, HostTensor tensor) {
    ModelContents contents = stopped();
    assertTrue(contents.state().containsKey(name), () -> contents.state().keySet().toString());
    var state = new LinkedHashMap<>(contents.state());
    state.put(name, tensor);
    return with(contents, state, contents.metadata());
  }

  @Test
  void numbersOfOtherTypesAndCountsAreRefused() {
    for (String name : List.of("best", "loss", "norms", "metric.auc")) {
      for (TensorType type :
          List.of(
              TensorType.i32(5),
              TensorType.i32(2),
              TensorType.i32(0),
              TensorType.i32(),
              TensorType.f32(6))) {
        String key = NUMBERS + name;
        var error =
            assertThrows(
                MerapiException.class,
                () -> resumed(withState(key, HostTensor.allocate(key, type)), rows(12, 1)),
                () -> name + " " + type);
        assertTrue(error.kind() == Kind.FORMAT || name.startsWith("metric"), error.getMessage());
      }
    }
  }

  @Test
  void bestWeightsOfAnotherModelAreRefused() {
    String key = BEST + "0.weight";
    refused(withState(key, HostTensor.allocate(key, TensorType.f32(7))), "best weights");
    ModelContents contents = stopped();
    var state = new LinkedHashMap<>(contents.state());
    state.remove(key);
    refused(with(contents, state, contents.metadata()), "best weights");
  }

  @Test
  void changesAtRandomAreRefusedOrResumed() {
    ModelContents contents = stopped();
    var random = new Random(1);
    int refused = 0;
    for (int i = 0; i < 150; i++) {
      var state = new LinkedHashMap<>(contents.state());
      var metadata = new LinkedHashMap<>(contents.metadata());
      String text = random.nextBoolean() ? changed(state, random) : changedText(metadata, random);
      try {
        resumed(with(contents, state, metadata), rows(12, 1));
      } catch (MerapiException _) {
        refused++;
      } catch (RuntimeException e) {
        throw new AssertionError("change " + i + ": " + text, e);
      }
    }
    assertTrue(refused > 50, refused + " refused");
  }

  private static String changed(Map<String, HostTensor> state, Random random) {
    String name = any(List.copyOf(state.keySet()), random);
    int[] bits = new int[random.nextInt(12)];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = random.nextBoolean() ? random.nextInt() : random.nextInt(3);
    }
    var tensor = HostTensor.allocate(name, TensorType.i32(bits.length));
    tensor.copyFrom(bits);
    state.put(name, tensor);
    return name + " " + bits.length;
  }

  private static String changedText(Map<String, String> metadata, Random random) {
    String name = any(List.copyOf(metadata.keySet()), random);
    String value = metadata.getOrDefault(name, "");
    int at = random.nextInt(value.length() + 1);
    int to = Math.min(value.length(), at + random.nextInt(4));
    String piece = any(List.of("", ",", "\n", "-", "9999999999", "NaN", "1e999", "x"), random);
    metadata.put(name, value.substring(0, at) + piece + value.substring(to));
    return name + "=" + metadata.get(name);
  }

  private static <T> T any(List<T> items, Random random) {
    return items.get(random.nextInt(items.size()));
  }

  @Test
  void otherDataOfAsManyRowsIsNotWhatARunGoesOnWith() {
    ModelContents contents = stopped();
    Dataset same = rows(12, 1);
    float[] inputs = ((Column.Floats) same.inputs()).toArray();
    float[] targets = ((Column.Floats) same.targets()).toArray();
    var others = new ArrayList<>(List.of(rows(12, 3)));
    inputs[35] = Math.nextUp(inputs[35]);
    others.add(same.withInputs(Column.of(Shape.of(3), inputs)));
    targets[7] = 1 - targets[7];
    others.add(same.withTargets(Column.of(Shape.of(1), targets)));
    float[] weights = new float[12];
    Arrays.fill(weights, 1);
    assertNotEquals(same.checksum(), same.weighted(weights).checksum());
    for (Dataset other : others) {
      var error = assertThrows(MerapiException.class, () -> resumed(contents, other));
      assertEquals(Kind.ARGUMENT, error.kind(), error.getMessage());
      assertTrue(error.getMessage().contains("setting=data, then="), error.getMessage());
    }
  }

  @Test
  void aLargeDataSetIsTakenInStretches() {
    float[] numbers = new float[20_000_000];
    Dataset zeros = new Dataset(Column.of(Shape.of(10), numbers), Column.of(Shape.of(10), numbers));
    numbers[0] = 1;
    Dataset other = zeros.withInputs(Column.of(Shape.of(10), numbers));
    assertEquals(zeros.checksum(), zeros.slice(0, zeros.rows()).checksum());
    assertNotEquals(zeros.checksum(), other.checksum());
  }
}
