package dev.merapi.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Tensor;
import dev.merapi.TrainStep;
import dev.merapi.Trainer;
import dev.merapi.WeightOptions;
import dev.merapi.data.Batches;
import dev.merapi.data.Dataset;
import dev.merapi.graph.Shape;
import dev.merapi.nn.Activations;
import dev.merapi.nn.BatchNorm;
import dev.merapi.nn.Conv2d;
import dev.merapi.nn.Dense;
import dev.merapi.nn.Layers;
import dev.merapi.nn.Module;
import dev.merapi.nn.Parameter;
import dev.merapi.nn.Pool2d;
import dev.merapi.nn.Sequential;
import dev.merapi.optim.Adam;
import dev.merapi.optim.AdamW;
import dev.merapi.optim.Plateau;
import dev.merapi.optim.Schedules;
import dev.merapi.optim.Sgd;
import dev.merapi.train.ClassLoss;
import dev.merapi.train.Loss;
import dev.merapi.train.Losses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The page for people who know PyTorch names methods that there are.
class NamesFromPyTorchTest {
  private static final Path PAGE = Path.of("../../docs/from-pytorch.md");

  private static final List<Class<?>> CLASSES =
      List.of(
          Tensor.class,
          Shape.class,
          Activations.class,
          Layers.class,
          Sequential.class,
          Pool2d.class,
          BatchNorm.class,
          Loss.class,
          Dataset.class,
          Batches.class,
          Dense.class,
          Conv2d.class,
          Module.class,
          Losses.class,
          ClassLoss.class,
          Sgd.class,
          Adam.class,
          AdamW.class,
          Schedules.class,
          Plateau.class,
          Trainer.class,
          TrainStep.class,
          Model.class,
          WeightOptions.class,
          RandomKey.class,
          Parameter.class,
          Math.class);

  private static final Pattern METHOD = Pattern.compile("([a-z][A-Za-z0-9]*)\\(");

  @Test
  void everyNameExists() throws IOException {
    Set<String> methods =
        CLASSES.stream()
            .flatMap(each -> Arrays.stream(each.getDeclaredMethods()))
            .map(method -> method.getName())
            .collect(Collectors.toSet());
    var unknown = new ArrayList<String>();
    int found = 0;
    for (String line : Files.readAllLines(PAGE)) {
      String[] cells = line.split("(?<!\\\\)\\|");
      if (cells.length < 3 || cells[1].contains("---")) {
        continue;
      }
      var names = METHOD.matcher(cells[2]);
      while (names.find()) {
        found++;
        if (!methods.contains(names.group(1))) {
          unknown.add(names.group(1));
        }
      }
    }
    assertEquals(List.of(), unknown);
    assertTrue(found > 80, "the page was not read: " + found);
  }

  private static void assertGives(Tensor result, float... expected) {
    assertArrayEquals(expected, result.toFloats(), 1e-5f);
  }

  /// What the page spells in several operations, by the definitions of PyTorch's functions.
  @Test
  void whatHasNoNameHereIsSpelledRightly() throws IOException {
    String page = Files.readString(PAGE);
    Tensor x = Tensor.of(Shape.of(2, 3), 0.5f, 2, 3, 4, 5, -6);
    assertTrue(page.contains("x.gather(1, 1, i)"));
    assertGives(x.gather(1, 1, Tensor.of(Shape.of(2, 2), 0, 2, 1, 1)), 0.5f, 3, 5, 5);
    assertTrue(page.contains("x.gather(1, i)"));
    assertGives(x.gather(1, Tensor.of(2, 0)), 3, 0.5f, -6, 4);
    assertTrue(page.contains("x.slice(1, 0, 1).squeeze(1)"));
    assertGives(x.slice(1, 0, 1).squeeze(1), 0.5f, 4);
    assertTrue(page.contains("x.mean(1).expand(1)"));
    assertEquals(Shape.of(2, 1), x.mean(1).expand(1).shape());
    assertTrue(page.contains("x.minus(x.mean(1).expand(1)).square().mean(1)"));
    assertGives(x.minus(x.mean(1).expand(1)).square().mean(1), 19 / 18f, 74 / 3f);
    assertTrue(page.contains("x.maximum(Tensor.scalar(0)).minimum(Tensor.scalar(1))"));
    assertGives(x.maximum(Tensor.scalar(0)).minimum(Tensor.scalar(1)), 0.5f, 1, 1, 1, 1, 0);
    assertTrue(page.contains("Tensor.concat(1, a.expand(1), b.expand(1))"));
    assertGives(
        Tensor.concat(1, x.expand(1), x.negate().expand(1)),
        new float[] {0.5f, 2, 3, -0.5f, -2, -3, 4, 5, -6, -4, -5, 6});
    assertTrue(page.contains("i.expand(1).equalTo(Tensor.of(0, 1, 2, 3)).toF32()"));
    assertGives(
        Tensor.of(2, 0).expand(1).equalTo(Tensor.of(0, 1, 2, 3)).toF32(), 0, 0, 1, 0, 1, 0, 0, 0);
    assertTrue(page.contains("q.matmul(k.transpose(-2, -1)).over(Math.sqrt(d / h)).softmax(-1)"));
    Tensor q = Tensor.of(Shape.of(1, 1, 1, 1), 1f);
    Tensor k = Tensor.of(Shape.of(1, 1, 2, 1), 0, (float) Math.log(3));
    Tensor v = Tensor.of(Shape.of(1, 1, 2, 1), 4f, 8f);
    assertGives(q.matmul(k.transpose(-2, -1)).over(1).softmax(-1).matmul(v), 7);
    assertTrue(page.contains("broadcastTo(Shape.of(x.size(0), c, y, 2, z, 2))"));
    assertGives(
        Tensor.of(Shape.of(1, 1, 1, 2), 1f, 2f)
            .expand(3)
            .expand(5)
            .broadcastTo(Shape.of(1, 1, 1, 2, 2, 2))
            .reshape(-1, 1, 2, 4),
        new float[] {1, 1, 2, 2, 1, 1, 2, 2});
  }
}
