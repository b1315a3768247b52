package dev.merapi.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Tensor;
import dev.merapi.TrainStep;
import dev.merapi.Trainer;
import dev.merapi.WeightOptions;
import dev.merapi.data.Dataset;
import dev.merapi.graph.Shape;
import dev.merapi.nn.Activations;
import dev.merapi.nn.BatchNorm;
import dev.merapi.nn.Conv2d;
import dev.merapi.nn.Dense;
import dev.merapi.nn.Layers;
import dev.merapi.nn.Module;
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
          RandomKey.class);

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
}
