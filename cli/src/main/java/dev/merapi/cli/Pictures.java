package dev.merapi.cli;

import dev.merapi.Model;
import dev.merapi.Tensor;
import dev.merapi.examples.Digits;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/// How images become inputs.
///
/// @param resize whether they are brought to the input's size
/// @param invert whether light and dark change places
/// @param ground what the model expects behind what it looks at, if it says so
/// @param warn hears of images that are the other way round
record Pictures(boolean resize, boolean invert, Optional<Ground> ground, Consumer<String> warn) {
  /// What lies behind the strokes of a drawing.
  enum Ground {
    DARK,
    LIGHT;

    /// What a model's metadata say.
    static Optional<Ground> of(Model model) {
      String said = model.metadata().getOrDefault(Digits.GROUND, "");
      return Optional.of(said.toUpperCase(Locale.ROOT))
          .filter(word -> word.equals(DARK.name()) || word.equals(LIGHT.name()))
          .map(Ground::valueOf);
    }

    @Override
    public String toString() {
      return this == DARK ? "light on dark" : "dark on light";
    }

    /// What an image has at its edges.
    private static Ground of(Tensor image) {
      int height = Math.toIntExact(image.shape().size(1));
      int width = Math.toIntExact(image.shape().size(2));
      float[] values = image.toFloats();
      double sum = 0;
      int count = 0;
      for (int i = 0; i < values.length; i++) {
        int y = i / width % height;
        int x = i % width;
        if (y == 0 || y == height - 1 || x == 0 || x == width - 1) {
          sum += values[i];
          count++;
        }
      }
      return sum / count < 0.5 ? DARK : LIGHT;
    }
  }

  /// The image `f32[C,H,W]` as the model shall see it.
  Tensor apply(Tensor image, Path file) {
    Tensor seen = invert ? image.times(-1).plus(1) : image;
    Ground found = Ground.of(seen);
    if (ground.isPresent() && ground.get() != found) {
      warn.accept(
          "%s is %s, and the model was trained on %s: %s"
              .formatted(
                  file,
                  found,
                  ground.get(),
                  invert ? "leave out --invert" : "--invert turns light and dark round"));
    }
    return seen;
  }
}
