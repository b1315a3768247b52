package dev.merapi.data;

import static java.util.stream.Collectors.joining;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.RandomKey;
import dev.merapi.graph.Shape;
import java.util.List;
import java.util.stream.Stream;

/// Random changes of images `f32[C, H, W]` that leave alone what they show, for more variety while
/// training.
///
/// ```java
/// var changes = Augmentation.rotate(10).then(Augmentation.shift(2)).fill(-0.42);
/// Batches.of(train, 64).shuffled(key).augmented(changes, key);
/// ```
///
/// Every change is a map from the places of the new image to places of the old one. Changes that
/// follow each other are joined to a single map, so that pixels are interpolated once, and nothing
/// is lost that one change pushes over the edge and the next brings back. What comes from outside
/// the old image is filled with one value, 0 unless another is given. Shifts, flips and crops by
/// themselves copy pixels exactly.
///
/// What becomes of an image is a function of the key, the number of the epoch and the row.
/// Immutable.
public final class Augmentation {
  /// One change: turns the map that has been made so far into one that does this as well.
  @FunctionalInterface
  interface Change {
    void join(PixelMap map, Draws draws);
  }

  /// A change in words, as its factory is called.
  private record Step(String text, Change change) {}

  private final List<Step> steps;
  private final float fill;

  private Augmentation(List<Step> steps, float fill) {
    this.steps = List.copyOf(steps);
    this.fill = fill;
  }

  private static Augmentation of(String text, Change change) {
    return new Augmentation(List.of(new Step(text, change)), 0);
  }

  /// Moves the image by up to so many whole pixels in each direction.
  public static Augmentation shift(int pixels) {
    notNegative("shift", "pixels", pixels);
    int places = 2 * pixels + 1;
    return of(
        "shift(" + pixels + ")",
        (map, draws) -> map.translate(draws.below(places) - pixels, draws.below(places) - pixels));
  }

  /// Mirrors every other image, left to right.
  public static Augmentation flip() {
    return of(
        "flip()",
        (map, draws) -> {
          if (draws.below(2) == 1) {
            map.mirror();
          }
        });
  }

  /// Cuts out a part at a random place, after adding a margin on all sides.
  ///
  /// @param height of the part, at most that of the image with its margin
  /// @param width of the part, likewise
  /// @param padding pixels added on each side
  public static Augmentation crop(int height, int width, int padding) {
    notNegative("crop", "height", height - 1);
    notNegative("crop", "width", width - 1);
    notNegative("crop", "padding", padding);
    return of(
        "crop(" + height + ", " + width + ", " + padding + ")",
        (map, draws) -> {
          int down = map.height() + 2 * padding - height;
          int right = map.width() + 2 * padding - width;
          if (down < 0 || right < 0) {
            throw MerapiException.of(Kind.SHAPE, "crop: larger than the image")
                .with("height", height)
                .with("width", width)
                .with("padding", padding)
                .with("image", List.of(map.height(), map.width()));
          }
          map.translate(padding - draws.below(right + 1), padding - draws.below(down + 1));
          map.resize(height, width);
        });
  }

  /// Turns the image about its middle by up to so many degrees either way.
  public static Augmentation rotate(double degrees) {
    return rotate(-degrees, degrees);
  }

  /// Turns the image about its middle by `low` to `high` degrees, counter-clockwise.
  public static Augmentation rotate(double low, double high) {
    ordered("rotate", low, high);
    return of(
        "rotate(" + low + ", " + high + ")", (map, draws) -> map.rotate(draws.between(low, high)));
  }

  /// Enlarges the image about its middle by a factor from `low` to `high`, such as 0.9 to 1.1.
  public static Augmentation scale(double low, double high) {
    ordered("scale", low, high);
    if (low <= 0) {
      throw MerapiException.of(Kind.ARGUMENT, "scale: must be positive").with("low", low);
    }
    return of(
        "scale(" + low + ", " + high + ")", (map, draws) -> map.scale(draws.between(low, high)));
  }

  private static void notNegative(String what, String name, int value) {
    if (value < 0 || value > Short.MAX_VALUE) {
      throw MerapiException.of(Kind.ARGUMENT, what + ": out of range").with(name, value);
    }
  }

  private static void ordered(String what, double low, double high) {
    if (!(low <= high && Double.isFinite(high - low))) {
      throw MerapiException.of(Kind.ARGUMENT, what + ": no range")
          .with("low", low)
          .with("high", high);
    }
  }

  /// This, and then others. Their filling is this one's.
  public Augmentation then(Augmentation next) {
    return new Augmentation(Stream.concat(steps.stream(), next.steps.stream()).toList(), fill);
  }

  /// With another value for what lies outside the image; black is not 0 where images have been
  /// normalised.
  public Augmentation fill(double value) {
    return new Augmentation(steps, (float) value);
  }

  /// The shape of the new images.
  ///
  /// @param row the shape of the old ones
  /// @throws MerapiException of kind `SHAPE` if they are no images, or too small to be cropped
  public Shape outcome(Shape row) {
    PixelMap map = start(row);
    join(map, new Draws(RandomKey.of(0)));
    return Shape.of(row.size(0), map.height(), map.width());
  }

  /// The map of images of a shape onto themselves.
  static PixelMap start(Shape row) {
    if (row.rank() != 3 || !row.isConstant()) {
      throw MerapiException.of(Kind.SHAPE, "augmentation: takes images f32[C,H,W]")
          .with("row", row);
    }
    return new PixelMap((int) row.size(1), (int) row.size(2));
  }

  /// Allocates nothing, not even an iterator: it is called for every image.
  void join(PixelMap map, Draws draws) {
    for (int i = 0; i < steps.size(); i++) {
      steps.get(i).change.join(map, draws);
    }
  }

  float fill() {
    return fill;
  }

  /// All of it in words: runs that are resumed compare them.
  @Override
  public String toString() {
    Stream<String> others = steps.stream().skip(1).map(step -> ".then(" + step.text + ")");
    return steps.getFirst().text
        + others.collect(joining())
        + (fill == 0 ? "" : ".fill(" + fill + ")");
  }
}
