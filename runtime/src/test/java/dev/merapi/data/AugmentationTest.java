package dev.merapi.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.RandomKey;
import dev.merapi.data.Batches.Batch;
import dev.merapi.graph.DType;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.memory.HostTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AugmentationTest {
  private static final float FILL = -7;
  private static final RandomKey KEY = RandomKey.of(11);

  private static float[] image(int channels, int height, int width) {
    return RandomKey.of(height * 100L + width).uniform(channels * height * width, 0, 1);
  }

  /// Applies changes to an image behind a margin of the array, so that offsets show.
  private static float[] draw(
      float[] image, int channels, int height, int width, Consumer<PixelMap> changes) {
    var map = new PixelMap(height, width);
    changes.accept(map);
    float[] array = new float[image.length + 3];
    System.arraycopy(image, 0, array, 3, image.length);
    float[] made = new float[channels * map.height() * map.width()];
    map.draw(array, 3, FILL, made);
    return made;
  }

  private static float at(float[] image, int height, int width, int channel, int y, int x) {
    boolean inside = y >= 0 && y < height && x >= 0 && x < width;
    return inside ? image[(channel * height + y) * width + x] : FILL;
  }

  private interface Place {
    float pixel(int channel, int y, int x);
  }

  private static float[] expected(int channels, int height, int width, Place place) {
    float[] image = new float[channels * height * width];
    for (int i = 0; i < image.length; i++) {
      image[i] = place.pixel(i / (height * width), i / width % height, i % width);
    }
    return image;
  }

  @ParameterizedTest
  @CsvSource({"1,1", "1,5", "4,1", "5,4", "7,8"})
  void shiftsAreExact(int height, int width) {
    float[] image = image(2, height, width);
    for (int down = -height - 1; down <= height + 1; down++) {
      for (int right = -width - 1; right <= width + 1; right++) {
        int dy = down;
        int dx = right;
        assertArrayEquals(
            expected(2, height, width, (c, y, x) -> at(image, height, width, c, y - dy, x - dx)),
            draw(image, 2, height, width, map -> map.translate(dx, dy)));
        assertArrayEquals(
            expected(
                2,
                height,
                width,
                (c, y, x) -> at(image, height, width, c, y - dy, width - 1 - x - dx)),
            draw(
                image,
                2,
                height,
                width,
                map -> {
                  map.translate(dx, dy);
                  map.mirror();
                }));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1", "1,5", "5,5", "4,4", "6,8", "7,3"})
  void turnsByRightAnglesAreExact(int height, int width) {
    float[] image = image(3, height, width);
    assertArrayEquals(image, draw(image, 3, height, width, map -> map.rotate(0)));
    assertArrayEquals(image, draw(image, 3, height, width, map -> map.rotate(-360)));
    assertArrayEquals(
        expected(
            3,
            height,
            width,
            (c, y, x) -> at(image, height, width, c, height - 1 - y, width - 1 - x)),
        draw(image, 3, height, width, map -> map.rotate(180)));
    if (height == width) {
      // Counter-clockwise: the upper right corner becomes the upper left one.
      float[] turned =
          expected(3, height, width, (c, y, x) -> at(image, height, width, c, x, width - 1 - y));
      assertArrayEquals(turned, draw(image, 3, height, width, map -> map.rotate(90)));
      assertArrayEquals(turned, draw(image, 3, height, width, map -> map.rotate(-270)));
    }
  }

  @Test
  void interpolationIsBilinear() {
    float[] image = {0, 1, 2, 10, 11, 12, 20, 21, 22};
    assertArrayEquals(
        new float[] {FILL, 0.5f, 1.5f},
        Arrays.copyOf(draw(image, 1, 3, 3, map -> map.translate(0.5, 0)), 3),
        4);
    // A plane is what bilinear interpolation reproduces: here 10 * y + x about the middle (1, 1).
    float[] turned = draw(image, 1, 3, 3, map -> map.rotate(30));
    double cos = Math.sqrt(3) / 2;
    for (int y = 0; y < 3; y++) {
      for (int x = 0; x < 3; x++) {
        double u = 1 + cos * (x - 1) - 0.5 * (y - 1);
        double v = 1 + 0.5 * (x - 1) + cos * (y - 1);
        if (u >= 0 && u <= 2 && v >= 0 && v <= 2) {
          assertEquals(10 * v + u, turned[3 * y + x], 1e-5);
        }
      }
    }
    assertEquals(11, turned[4]);
    float[] enlarged = draw(image, 1, 3, 3, map -> map.scale(2));
    assertArrayEquals(new float[] {5.5f, 6, 6.5f, 10.5f, 11, 11.5f, 15.5f, 16, 16.5f}, enlarged);
  }

  @Test
  void pixelsAtTheEdgeMixWithTheFilling() {
    float[] line = {8, 4};
    float[] moved = draw(line, 1, 1, 2, map -> map.translate(0.25, 0));
    assertArrayEquals(new float[] {8 + 0.25f * (FILL - 8), 5}, moved, 1e-6f);
  }

  @Test
  void changesAreJoinedToOneMap() {
    float[] image = image(1, 6, 6);
    float[] back =
        draw(
            image,
            1,
            6,
            6,
            map -> {
              map.translate(4, -3);
              map.rotate(90);
              map.mirror();
              map.mirror();
              map.rotate(-90);
              map.translate(-4, 3);
            });
    assertArrayEquals(image, back);
  }

  private static Dataset images(int rows, int channels, int height, int width) {
    return Dataset.of(
        Shape.of(channels, height, width), image(rows * channels, height, width), new int[rows]);
  }

  /// The changed images of an epoch, by row.
  private static List<float[]> changed(Batches batches, int epoch, int rows, Shape shape) {
    var found = new ArrayList<float[]>(java.util.Collections.nCopies(rows, new float[0]));
    int size = (int) shape.elements();
    for (Batch batch : batches.epoch(epoch)) {
      var tensor = HostTensor.allocate("x", TensorType.f32(batch.size(), size));
      batch.copyTo(tensor);
      float[] all = tensor.toFloats();
      for (int i = 0; i < batch.size(); i++) {
        found.set(batch.row(i), Arrays.copyOfRange(all, i * size, (i + 1) * size));
      }
    }
    return found;
  }

  private static void assertSame(List<float[]> first, List<float[]> second) {
    for (int i = 0; i < first.size(); i++) {
      assertArrayEquals(first.get(i), second.get(i));
    }
  }

  @Test
  void aChangeIsAFunctionOfKeyEpochAndRow() {
    Dataset data = images(23, 2, 5, 6);
    Shape shape = data.inputs().row();
    Augmentation changes =
        Augmentation.rotate(20)
            .then(Augmentation.scale(0.8, 1.2))
            .then(Augmentation.flip())
            .then(Augmentation.shift(1));
    Batches batches = Batches.of(data, 4).augmented(changes, KEY);
    List<float[]> third = changed(batches, 3, 23, shape);
    assertSame(third, changed(batches, 3, 23, shape));
    assertSame(third, changed(Batches.of(data, 7).augmented(changes, KEY), 3, 23, shape));
    assertSame(third, changed(batches.shuffled(KEY), 3, 23, shape));
    assertDiffer(third, changed(batches, 4, 23, shape));
    assertDiffer(third, changed(batches.augmented(changes, RandomKey.of(1)), 3, 23, shape));
  }

  private static void assertDiffer(List<float[]> first, List<float[]> second) {
    for (int i = 0; i < first.size(); i++) {
      assertFalse(Arrays.equals(first.get(i), second.get(i)), "row " + i);
    }
  }

  @Test
  void changingAnImageAllocatesNothing() {
    Augmentation changes =
        Augmentation.scale(0.9, 1.1)
            .then(Augmentation.flip())
            .then(Augmentation.crop(8, 8, 2))
            .then(Augmentation.shift(1));
    assertTrue(bytesOfThousand(changes) < 1000);
    // The sine and cosine of the JDK make a small array each.
    assertTrue(bytesOfThousand(Augmentation.rotate(20)) < 65_000);
  }

  /// The least that changing 1000 images allocates.
  private static long bytesOfThousand(Augmentation changes) {
    var map = Augmentation.start(Shape.of(1, 8, 8));
    var draws = new Draws(KEY);
    float[] image = image(1, 8, 8);
    float[] made = new float[64];
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int row = 0; row < 1000; row++) {
        map.reset();
        draws.begin(row);
        changes.join(map, draws);
        map.draw(image, 0, FILL, made);
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }

  @Test
  void shiftsReachEveryPlaceAndNoOther() {
    float[] dot = new float[25];
    dot[12] = 1;
    Set<Integer> places = places(dot, 5, Augmentation.shift(1), 200);
    assertEquals(Set.of(6, 7, 8, 11, 12, 13, 16, 17, 18), places);
  }

  @Test
  void everyOtherImageIsMirrored() {
    Dataset data = images(400, 1, 1, 2);
    Batches batches = Batches.of(data, 400).augmented(Augmentation.flip(), KEY);
    List<float[]> made = changed(batches, 0, 400, data.inputs().row());
    float[] all = ((Column.Floats) data.inputs()).toArray();
    int mirrored = 0;
    for (int i = 0; i < 400; i++) {
      float left = all[2 * i];
      float right = all[2 * i + 1];
      boolean same = Arrays.equals(made.get(i), new float[] {left, right});
      assertTrue(same || Arrays.equals(made.get(i), new float[] {right, left}));
      mirrored += same ? 0 : 1;
    }
    assertTrue(mirrored > 160 && mirrored < 240, "mirrored " + mirrored);
  }

  @Test
  void cropsCutOutAPartOfTheImageWithItsMargin() {
    float[] dot = new float[9];
    dot[4] = 1;
    // The dot is at (2, 2) of 5 x 5 with the margin; parts of 3 x 3 begin at 0 to 2.
    assertEquals(
        Set.of(0, 1, 2, 3, 4, 5, 6, 7, 8), places(dot, 3, Augmentation.crop(3, 3, 1), 200));
    Shape row = Shape.of(3, 8, 6);
    assertEquals(Shape.of(3, 5, 4), Augmentation.crop(5, 4, 0).outcome(row));
    assertEquals(Shape.of(3, 8, 6), Augmentation.crop(8, 6, 4).outcome(row));
    Dataset data = images(9, 3, 8, 6);
    Batches batches = Batches.of(data, 9).augmented(Augmentation.crop(5, 4, 0), KEY);
    float[] all = ((Column.Floats) data.inputs()).toArray();
    List<float[]> made = changed(batches, 0, 9, Shape.of(3, 5, 4));
    for (int i = 0; i < 9; i++) {
      float[] image = Arrays.copyOfRange(all, i * 144, (i + 1) * 144);
      assertTrue(isCrop(image, made.get(i)), "row " + i);
    }
  }

  private static boolean isCrop(float[] image, float[] part) {
    for (int down = 0; down <= 3; down++) {
      for (int right = 0; right <= 2; right++) {
        int dy = down;
        int dx = right;
        if (Arrays.equals(
            part, expected(3, 5, 4, (c, y, x) -> at(image, 8, 6, c, y + dy, x + dx)))) {
          return true;
        }
      }
    }
    return false;
  }

  /// Where the one bright pixel of a square image goes.
  private static Set<Integer> places(float[] dot, int size, Augmentation changes, int rows) {
    float[] all = new float[rows * dot.length];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(dot, 0, all, i * dot.length, dot.length);
    }
    Shape shape = Shape.of(1, size, size);
    Dataset data = Dataset.of(shape, all, new int[rows]);
    var places = new HashSet<Integer>();
    for (float[] image : changed(Batches.of(data, 64).augmented(changes, KEY), 0, rows, shape)) {
      for (int i = 0; i < image.length; i++) {
        if (image[i] == 1) {
          places.add(i);
        }
      }
    }
    return places;
  }

  @Test
  void whatLiesOutsideIsFilled() {
    Dataset data = Dataset.of(Shape.of(1, 1, 1), new float[] {1, 1, 1, 1}, new int[4]);
    Augmentation far = Augmentation.crop(9, 9, 4).fill(0.5);
    for (float[] image :
        changed(Batches.of(data, 4).augmented(far, KEY), 0, 4, Shape.of(1, 9, 9))) {
      assertEquals(41, sum(image), "one pixel of 1 among 80 of 0.5");
    }
  }

  private static double sum(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum;
  }

  @Test
  void targetsAndRowsWithoutAugmentationStayAsTheyAre() {
    Dataset data = images(3, 1, 2, 2);
    var inputs = HostTensor.allocate("x", TensorType.f32(3, 1, 2, 2));
    var targets = HostTensor.allocate("y", new TensorType(DType.I32, Shape.of(3)));
    Batches.of(data, 3)
        .augmented(Augmentation.rotate(0).then(Augmentation.scale(1, 1)), KEY)
        .epoch(0)
        .getFirst()
        .copyTo(inputs, targets);
    assertArrayEquals(((Column.Floats) data.inputs()).toArray(), inputs.toFloats());
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Dataset rows = Dataset.of(new float[2][3], new int[2]);
    assertKind(Kind.SHAPE, () -> Batches.of(rows, 2).augmented(Augmentation.flip(), KEY));
    Batches batches = Batches.of(images(2, 1, 3, 3), 2);
    assertKind(Kind.SHAPE, () -> batches.augmented(Augmentation.crop(4, 3, 0), KEY));
    Batch cropped = batches.augmented(Augmentation.crop(2, 2, 0), KEY).epoch(0).getFirst();
    assertKind(
        Kind.SHAPE, () -> cropped.copyTo(HostTensor.allocate("x", TensorType.f32(2, 1, 3, 3))));
    assertKind(Kind.ARGUMENT, () -> Augmentation.shift(-1));
    assertKind(Kind.ARGUMENT, () -> Augmentation.crop(0, 1, 0));
    assertKind(Kind.ARGUMENT, () -> Augmentation.rotate(Double.NaN));
    assertKind(Kind.ARGUMENT, () -> Augmentation.rotate(2, 1));
    assertKind(Kind.ARGUMENT, () -> Augmentation.scale(0, 1));
  }

  private static void assertKind(Kind kind, org.junit.jupiter.api.function.Executable code) {
    assertEquals(kind, assertThrows(MerapiException.class, code).kind());
  }
}
