package dev.merapi.data;

import dev.merapi.RandomKey;
import dev.merapi.memory.HostTensor;

/// Copies changed images into batches. For one thread; once it is made it allocates nothing but
/// what the JDK does for the sine and cosine of a turn.
final class Augmenter {
  private final Augmentation augmentation;
  private final Column.Floats images;
  private final PixelMap map;
  private final Draws draws;
  private final float[] made;

  /// @param epochKey decides, with the row, what becomes of an image
  Augmenter(Augmentation augmentation, Column.Floats images, RandomKey epochKey) {
    this.augmentation = augmentation;
    this.images = images;
    map = Augmentation.start(images.row());
    draws = new Draws(epochKey);
    augmentation.join(map, draws);
    int channels = (int) images.row().size(0);
    made = new float[Rows.elements("augment", channels, (long) map.height() * map.width())];
  }

  /// The number of elements of a changed image.
  int rowSize() {
    return made.length;
  }

  /// Makes the changed image of a row the row `at` of a batch.
  void copyTo(HostTensor batch, int at, int row) {
    map.reset();
    draws.begin(row);
    augmentation.join(map, draws);
    map.draw(images.values(), row * images.rowSize(), augmentation.fill(), made);
    batch.copyFrom(made, 0, (long) at * made.length, made.length);
  }
}
