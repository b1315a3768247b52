package dev.merapi;

import static dev.merapi.Fits.KEY;
import static dev.merapi.Fits.REFERENCE;
import static dev.merapi.Fits.rows;
import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.flatten;
import static dev.merapi.optim.Adam.adam;
import static dev.merapi.optim.Groups.group;
import static dev.merapi.optim.Groups.groups;
import static dev.merapi.optim.Schedules.cosine;
import static dev.merapi.optim.Schedules.multiStep;
import static dev.merapi.optim.Schedules.stepDecay;
import static dev.merapi.optim.Schedules.warmUp;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.FitOption.augment;
import static dev.merapi.train.FitOption.batch;
import static dev.merapi.train.FitOption.checkpointTo;
import static dev.merapi.train.FitOption.epochs;
import static dev.merapi.train.FitOption.resume;
import static dev.merapi.train.Losses.bceWithLogits;
import static dev.merapi.train.Losses.crossEntropy;
import static dev.merapi.train.Losses.huber;
import static dev.merapi.train.Losses.mse;
import static dev.merapi.train.Losses.smoothL1;
import static dev.merapi.train.Penalty.l1;
import static dev.merapi.train.Penalty.l2;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException.Kind;
import dev.merapi.data.Augmentation;
import dev.merapi.data.Dataset;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.nn.Activations;
import dev.merapi.nn.Sequential;
import dev.merapi.optim.Schedule;
import dev.merapi.spi.ModelContents;
import dev.merapi.train.CheckpointStore;
import dev.merapi.train.Loss;
import dev.merapi.train.LossTerms;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What must be the same when a run goes on, and what the error says where it is not.
class ResumeSettingsTest {
  /// The last checkpoint, in memory.
  private static final class Memory implements CheckpointStore {
    Optional<ModelContents> last = Optional.empty();

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

  private static Model model() {
    var net = Sequential.of(dense(3, 2), dense(2, 1));
    return Model.of(net, input("x", f32("N", 3)), RandomKey.of(1));
  }

  private static Trainer trainer() {
    return Trainer.of(model()).loss(mse()).optimizer(sgd(0.1).momentum(0.9)).compile(REFERENCE);
  }

  /// A change of the trainer, and what the error says of it.
  private record Change(UnaryOperator<Trainer> how, String... parts) {}

  private static final Map<String, Change> CHANGES = changes();

  private static Map<String, Change> changes() {
    var all = new LinkedHashMap<String, Change>();
    all.put(
        "optimizer",
        new Change(
            each -> each.optimizer(adam(0.1)),
            "setting=optimizer, then=Sgd[learningRate=0.1, momentum=0.9",
            "now=Adam[learningRate=0.1"));
    all.put(
        "an optimizer's option",
        new Change(each -> each.optimizer(sgd(0.1).momentum(0.8)), "now=Sgd", "momentum=0.8"));
    all.put(
        "groups",
        new Change(
            each -> each.optimizer(groups(sgd(0.1), group("0.*", sgd(1)))),
            "setting=optimizer",
            "now=Groups["));
    all.put("loss", new Change(each -> each.loss(huber()), "loss, then=mse, now=huber(1.0)"));
    all.put(
        "loss of the step",
        new Change(each -> each.step(o -> o.loss(smoothL1(2))), "then=mse, now=smoothL1(2.0)"));
    all.put(
        "schedule",
        new Change(
            each -> each.schedule(warmUp(2, multiStep(0.1, 3, 4))),
            "setting=schedule, then=constant(), now=warmUp(2, ",
            "multiStep(0.1, [3, 4])"));
    all.put(
        "schedule of one's own",
        new Change(each -> each.schedule(_ -> 1), "then=constant(), now=custom"));
    all.put(
        "penalty",
        new Change(
            each -> each.penalty(l2(0.5)).penalty(l1(2).on("0.*")),
            "setting=penalties, then=[], now=[l2(0.5), l1(2.0).on(0.*)]"));
    all.put(
        "clipping",
        new Change(each -> each.clipNorm(2), "setting=clipping, then=[], now=[Norm[largest=2.0]]"));
    all.put(
        "accumulation",
        new Change(each -> each.accumulate(3), "setting=accumulation, then=1, now=3"));
    all.put(
        "freezing", new Change(each -> each.freeze("0.*"), "setting=frozen, then=[], now=[0.*]"));
    all.put(
        "norms",
        new Change(Trainer::gradientNorms, "setting=watched, then=LOSS, now=GRADIENT_NORMS"));
    all.put("seed", new Change(each -> each.step(o -> o.seed(RandomKey.of(9))), "setting=seed"));
    all.put(
        "two things",
        new Change(
            each -> each.accumulate(2).clipValue(1), "setting=clipping", "setting=accumulation"));
    return all;
  }

  static List<String> names() {
    return List.copyOf(CHANGES.keySet());
  }

  @ParameterizedTest
  @MethodSource("names")
  void aRunIsNotResumedUnderAnotherSetting(String name) {
    Change change = CHANGES.get(name);
    var store = new Memory();
    trainer().fit(rows(6, 1), checkpointTo(store));
    Trainer other = change.how.apply(trainer());
    refused(() -> other.fit(rows(6, 1), epochs(2), checkpointTo(store), resume()), change.parts);
    // The other way round, and with itself.
    other.fit(rows(6, 1), checkpointTo(store));
    refused(() -> trainer().fit(rows(6, 1), checkpointTo(store), resume()), "setting=");
    Trainer again = change.how.apply(trainer());
    assertEquals(2, again.fit(rows(6, 1), epochs(2), checkpointTo(store), resume()).size());
  }

  private static void refused(Runnable fit, String... parts) {
    var error = assertThrows(MerapiException.class, fit::run);
    assertEquals(Kind.ARGUMENT, error.kind(), error.getMessage());
    for (String part : parts) {
      assertTrue(error.getMessage().contains(part), () -> part + " not in: " + error.getMessage());
    }
    assertTrue(error.getMessage().contains("hint: "), error.getMessage());
  }

  @Test
  void anotherNetworkOfTheSameParametersIsToldByItsFirstNode() {
    var store = new Memory();
    trainer().fit(rows(6, 1), checkpointTo(store));
    var net = Sequential.of(dense(3, 2), dense(2, 1), Activations.tanh());
    Model model = Model.of(net, input("x", f32("N", 3)), RandomKey.of(1));
    Trainer other =
        Trainer.of(model).loss(mse()).optimizer(sgd(0.1).momentum(0.9)).compile(REFERENCE);
    refused(
        () -> other.fit(rows(6, 1), epochs(2), checkpointTo(store), resume()),
        "of another network: then=output",
        "now=%",
        "tanh");
  }

  @Test
  void anotherAugmentationIsNamed() {
    float[] pixels = RandomKey.of(5).normal(6 * 8, 0, 1);
    Dataset images = Dataset.of(Shape.of(1, 2, 3), pixels, new int[] {0, 1, 0, 1, 0, 1, 0, 1});
    var net = Sequential.of(flatten(), dense(6, 2));
    Model model = Model.of(net, input("x", f32("N", 1, 2, 3)), RandomKey.of(1));
    Trainer trainer = Trainer.of(model).loss(crossEntropy()).optimizer(sgd(0.1)).compile(REFERENCE);
    var store = new Memory();
    Augmentation flip = Augmentation.flip();
    trainer.fit(images, batch(4), augment(flip.fill(2)), checkpointTo(store));
    refused(
        () ->
            trainer.fit(
                images,
                batch(4),
                augment(flip.then(Augmentation.shift(1))),
                checkpointTo(store),
                resume()),
        "setting=augmentation, then=flip().fill(2.0), now=flip().then(shift(1))");
    Augmentation same = Augmentation.flip().fill(2);
    trainer.fit(images, epochs(2), batch(4), augment(same), checkpointTo(store), resume());
  }

  /// A loss that says nothing about itself.
  private static final class Distance implements Loss {
    @Override
    public TensorType target(TensorType output) {
      return output;
    }

    @Override
    public LossTerms terms(Tensor output, Tensor target) {
      return LossTerms.of(output.minus(target).abs());
    }
  }

  /// A loss around another one.
  private record Halved(Loss whole) implements Loss {
    @Override
    public TensorType target(TensorType output) {
      return whole.target(output);
    }

    @Override
    public LossTerms terms(Tensor output, Tensor target) {
      return whole.terms(output, target).map(values -> values.times(0.5));
    }
  }

  @Test
  void whatSaysNothingAboutItselfIsToldWithoutWhatChangesFromRunToRun() {
    double[] factor = {0.5};
    Schedule lambda = moment -> factor[0] / (1 + moment.step());
    String own = "custom dev.merapi.ResumeSettingsTest.Distance";
    assertEquals("custom", Fingerprint.text(lambda));
    assertEquals("warmUp(3, 0.25, custom)", Fingerprint.text(warmUp(3, lambda)));
    assertEquals(own, Fingerprint.text(new Distance()));
    assertEquals("Halved[whole=" + own + "]", Fingerprint.text(new Halved(new Distance())));
    assertEquals("Halved[whole=mse]", Fingerprint.text(new Halved(mse())));
    assertEquals(
        "custom",
        Fingerprint.text(
            new Schedule() {
              @Override
              public double factor(dev.merapi.optim.Moment moment) {
                return 1;
              }
            }));
    assertEquals("[[custom F]", Fingerprint.text(List.of(new float[1])));
  }

  @Test
  void whatIsUsualSaysAllOfItself() {
    for (Object usual :
        List.of(
            crossEntropy().weights(1, 2).labelSmoothing(0.1).ignoring(-1),
            bceWithLogits().positiveWeights(2),
            stepDecay(3, 0.5),
            cosine(0.1),
            Augmentation.crop(3, 4, 1).then(Augmentation.rotate(10)).then(Augmentation.flip()),
            KEY)) {
      assertEquals(usual.toString(), Fingerprint.text(usual));
    }
    assertEquals(
        "crossEntropy.weights[1.0, 2.0].labelSmoothing(0.1).ignoring(-1)",
        crossEntropy().weights(1, 2).labelSmoothing(0.1).ignoring(-1).toString());
    assertEquals("bceWithLogits.positiveWeights[2.0]", bceWithLogits().positiveWeights(2) + "");
    assertEquals("stepDecay(3, 0.5)", stepDecay(3, 0.5).toString());
    assertEquals(
        "crop(3, 4, 1).then(rotate(-10.0, 10.0)).then(flip())",
        Augmentation.crop(3, 4, 1)
            .then(Augmentation.rotate(10))
            .then(Augmentation.flip())
            .toString());
  }
}
