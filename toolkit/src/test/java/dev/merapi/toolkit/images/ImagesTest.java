package dev.merapi.toolkit.images;

import static java.awt.image.BufferedImage.TYPE_BYTE_BINARY;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.RandomKey;
import dev.merapi.Tensor;
import dev.merapi.graph.Shape;
import dev.merapi.toolkit.arrays.Npz;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImagesTest {
  private static final int HEIGHT = 3;
  private static final int WIDTH = 5;

  /// The bytes of a fixture (make_images.py).
  private static byte[] fixture(String name) {
    try (var stream = ImagesTest.class.getResourceAsStream(name)) {
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Tensor read(Images images, String name) {
    return images.read(new ByteArrayInputStream(fixture(name)), name);
  }

  private interface Sample {
    float at(int channel, int y, int x);
  }

  private static float[] image(int channels, Sample sample) {
    float[] values = new float[channels * HEIGHT * WIDTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = sample.at(i / (HEIGHT * WIDTH), i / WIDTH % HEIGHT, i % WIDTH);
    }
    return values;
  }

  private static float sample(int channel, int y, int x) {
    return (50 * y + 20 * x + 90 * channel) % 256 / 255f;
  }

  @ParameterizedTest
  @ValueSource(strings = {"grey.png", "grey16.png", "grey-alpha.png"})
  void greySamplesComeAsTheyStandInTheFile(String name) {
    Tensor image = read(Images.grey(), name);
    assertEquals(Shape.of(1, HEIGHT, WIDTH), image.shape());
    assertArrayEquals(image(1, ImagesTest::sample), image.toFloats(), 1e-7f);
    Tensor colours = read(Images.rgb(), name);
    assertEquals(Shape.of(3, HEIGHT, WIDTH), colours.shape());
    assertArrayEquals(image(3, (c, y, x) -> sample(0, y, x)), colours.toFloats(), 1e-7f);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rgb.png", "rgb-alpha.png"})
  void coloursComeAsTheyStandInTheFile(String name) {
    assertArrayEquals(image(3, ImagesTest::sample), read(Images.rgb(), name).toFloats());
    float[] grey =
        image(
            1,
            (c, y, x) ->
                (float)
                    (0.299 * sample(0, y, x) + 0.587 * sample(1, y, x) + 0.114 * sample(2, y, x)));
    assertArrayEquals(grey, read(Images.grey(), name).toFloats(), 1e-6f);
  }

  @Test
  void palettesAndSingleBitsAreUnpacked() {
    float[] expected =
        image(
            3,
            (c, y, x) -> {
              int number = (y + x) % 4;
              return new int[] {60 * number, 255 - 60 * number, 7 * number}[c] / 255f;
            });
    assertArrayEquals(expected, read(Images.rgb(), "palette.png").toFloats());
    assertArrayEquals(
        image(1, (c, y, x) -> x % 2), read(Images.grey(), "bits.png").toFloats(), 1e-6f);
  }

  @Test
  void resizingIsWhatPyTorchCallsBilinear(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("resize.npz");
    Files.write(file, fixture("resize.npz"));
    Map<String, Tensor> sizes = Npz.read(file);
    assertEquals(7, sizes.size());
    sizes.forEach((name, expected) -> {
      int height = (int) expected.shape().size(1);
      int width = (int) expected.shape().size(2);
      Tensor found = read(Images.rgb().resized(height, width), "rgb.png");
      assertEquals(expected.shape(), found.shape());
      assertArrayEquals(expected.toFloats(), found.toFloats(), 1e-5f, name);
    });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void whatIsWrittenIsReadAgain(int channels, @TempDir Path folder) {
    Path file = folder.resolve("a.png");
    float[] values = RandomKey.of(1).uniform(channels * 7 * 4, 0, 1);
    Images.write(file, Tensor.of(Shape.of(channels, 7, 4), values));
    Images images = channels == 1 ? Images.grey() : Images.rgb();
    Tensor again = images.read(file);
    assertArrayEquals(values, again.toFloats(), 0.5f / 255 + 1e-6f);
    Images.write(file, again);
    assertArrayEquals(again.toFloats(), images.read(file).toFloats());
    Images.write(file, Tensor.of(Shape.of(1, 1, 2), -3f, Float.POSITIVE_INFINITY));
    assertArrayEquals(new float[] {0, 1}, Images.grey().read(file).toFloats());
  }

  @Test
  void photographsAreReadAsWell() throws IOException {
    var picture = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 256; i++) {
      picture.setRGB(i % 16, i / 16, 0xc08040);
    }
    var bytes = new ByteArrayOutputStream();
    assertTrue(ImageIO.write(picture, "jpg", bytes));
    Tensor image = Images.rgb().read(new ByteArrayInputStream(bytes.toByteArray()), "a.jpg");
    assertEquals(Shape.of(3, 16, 16), image.shape());
    float[] values = image.toFloats();
    for (int i = 0; i < values.length; i++) {
      assertEquals(new int[] {0xc0, 0x80, 0x40}[i / 256] / 255f, values[i], 0.02f);
    }
  }

  @Test
  void aLyingSizeIsRefusedBeforeMemoryIsTaken() {
    byte[] file = fixture("grey.png");
    for (int[] size : new int[][] {{32768, 32768}, {Integer.MAX_VALUE, 1}, {5, 1 << 20}, {0, 3}}) {
      ByteBuffer.wrap(file).putInt(16, size[0]).putInt(20, size[1]);
      var sum = new CRC32();
      sum.update(file, 12, 17);
      ByteBuffer.wrap(file).putInt(29, (int) sum.getValue());
      refused(file);
    }
  }

  /// A PNG of that size without data.
  private static byte[] claiming(int width, int height, int length) {
    byte[] file = Arrays.copyOf(fixture("grey.png"), length);
    ByteBuffer.wrap(file).putInt(16, width).putInt(20, height);
    var sum = new CRC32();
    sum.update(file, 12, 17);
    ByteBuffer.wrap(file).putInt(29, (int) sum.getValue());
    return file;
  }

  @Test
  void anImageOfMorePixelsThanAllowedIsRefusedBeforeItIsDecoded() {
    refused(claiming(60_000, 60_000, 1 << 20));
    byte[] large = claiming(8000, 8000, 1 << 20);
    cheaply(() -> assertKind(Kind.LIMIT, () -> read(Images.rgb(), large)));
    var error = assertThrows(MerapiException.class, () -> read(Images.rgb(), large));
    for (String part : List.of("width=8000", "allowed=33554432", "here.png", "maxPixels")) {
      assertTrue(error.getMessage().contains(part), error.getMessage());
    }
    byte[] good = fixture("rgb.png");
    Images fifteen = Images.rgb().maxPixels(HEIGHT * WIDTH);
    assertEquals(Shape.of(3, HEIGHT, WIDTH), read(fifteen, good).shape());
    assertEquals(Shape.of(3, 2, 2), read(fifteen.resized(2, 2), good).shape());
    assertKind(Kind.LIMIT, () -> read(Images.rgb().maxPixels(HEIGHT * WIDTH - 1), good));
    assertKind(Kind.ARGUMENT, () -> Images.rgb().maxPixels(0));
    assertKind(Kind.ARGUMENT, () -> Images.rgb().maxPixels((1 << 29) + 1));
  }

  @Test
  void aChunkThatClaimsGigabytesCostsNothing() {
    for (String type : List.of("PLTE", "iCCP", "zTXt", "IDAT")) {
      byte[] file = Arrays.copyOf(claiming(5, 3, 60), 100);
      ByteBuffer.wrap(file)
          .putInt(33, Integer.MAX_VALUE - 64)
          .put(37, type.getBytes(StandardCharsets.US_ASCII));
      cheaply(() -> assertKind(Kind.FORMAT, () -> read(Images.rgb(), file)));
    }
  }

  @Test
  void ofManyFramesOnlyTheFirstIsLookedAt() throws IOException {
    var one = new ByteArrayOutputStream();
    assertTrue(ImageIO.write(new BufferedImage(700, 500, TYPE_BYTE_BINARY), "gif", one));
    byte[] gif = one.toByteArray();
    // behind the header and the palette comes the frame, at the end one byte that says so
    int head = indexOf(gif, (byte) ',');
    int frame = gif.length - 1 - head;
    byte[] many = Arrays.copyOf(gif, head + 2000 * frame + 1);
    for (int i = 1; i < 2000; i++) {
      System.arraycopy(gif, head, many, head + i * frame, frame);
    }
    many[many.length - 1] = ';';
    cheaply(() -> assertEquals(Shape.of(1, 500, 700), read(Images.grey(), many).shape()));
  }

  private static int indexOf(byte[] bytes, byte wanted) {
    int at = 0;
    while (bytes[at] != wanted) {
      at++;
    }
    return at;
  }

  private static Tensor read(Images images, byte[] file) {
    return images.read(new ByteArrayInputStream(file), "here.png");
  }

  /// The classes of the JDK's readers take some memory the first time.
  private static void cheaply(Runnable code) {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    code.run();
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(allocated < 20_000_000, "allocated " + allocated);
  }

  @Test
  void whatIsNoImageIsRefused() throws IOException {
    refused(new byte[0]);
    refused("no image at all".getBytes(StandardCharsets.UTF_8));
    byte[] good = fixture("rgb.png");
    for (int length = 0; length < good.length - 20; length++) {
      refused(Arrays.copyOf(good, length));
    }
  }

  @Test
  void mutatedFilesAreReadOrRefused() throws IOException {
    long seed = 20260109;
    var random = new Random(seed);
    var jpeg = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(9, 9, BufferedImage.TYPE_INT_RGB), "jpg", jpeg);
    byte[][] good = {fixture("rgb.png"), fixture("palette.png"), jpeg.toByteArray()};
    for (int i = 0; i < 3_000; i++) {
      byte[] file = good[i % good.length].clone();
      for (int change = random.nextInt(3); change >= 0; change--) {
        file[random.nextInt(file.length)] = (byte) random.nextInt();
      }
      try {
        Tensor image = Images.rgb().read(new ByteArrayInputStream(file), "here.png");
        assertTrue(image.shape().elements() > 0, "seed " + seed);
      } catch (MerapiException e) {
        assertEquals(Kind.FORMAT, e.kind(), "seed " + seed);
        assertEquals("here.png", e.place());
      }
    }
  }

  @Test
  void onlyImagesCanBeWritten(@TempDir Path folder) {
    Path file = folder.resolve("a.png");
    assertKind(Kind.SHAPE, () -> Images.write(file, Tensor.of(Shape.of(2, 2, 2), new float[8])));
    assertKind(Kind.SHAPE, () -> Images.write(file, Tensor.of(1f)));
    assertKind(Kind.SHAPE, () -> Images.write(file, Tensor.of(Shape.of(1, 1, 1), 1)));
    assertKind(Kind.SHAPE, () -> Images.write(file, Tensor.of(Shape.of(1, 0, 1), new float[0])));
    assertKind(Kind.ARGUMENT, () -> Images.write(file, Tensor.of(Shape.of(1, 1, 1), Float.NaN)));
    assertKind(Kind.ARGUMENT, () -> Images.grey().resized(0, 1));
    assertTrue(Files.notExists(file));
  }

  private static void refused(byte[] file) {
    var error =
        assertThrows(
            MerapiException.class,
            () -> Images.rgb().read(new ByteArrayInputStream(file), "here.png"));
    assertEquals(Kind.FORMAT, error.kind());
    assertEquals("here.png", error.place());
  }

  private static void assertKind(Kind kind, org.junit.jupiter.api.function.Executable code) {
    assertEquals(kind, assertThrows(MerapiException.class, code).kind());
  }
}
