package dev.merapi.toolkit.images;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.graph.Shape;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What cameras and printers add to images: profiles, inks, deep colours, orientation; and WebP.
class PhotographsTest {
  private static final int[] COLOUR = {200, 100, 50};

  private static Tensor read(Images images, byte[] file) {
    return images.read(new ByteArrayInputStream(file), "here");
  }

  private static byte[] written(String format, BufferedImage image) throws IOException {
    var bytes = new ByteArrayOutputStream();
    assertTrue(ImageIO.write(image, format, bytes));
    return bytes.toByteArray();
  }

  private static BufferedImage plain(int height, int width) {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < height * width; i++) {
      image.setRGB(i % width, i / width, COLOUR[0] << 16 | COLOUR[1] << 8 | COLOUR[2]);
    }
    return image;
  }

  private static void assertColour(float[] expected, Tensor image, float tolerance) {
    float[] values = image.toFloats();
    int size = values.length / 3;
    for (int i = 0; i < values.length; i++) {
      assertEquals(expected[i / size], values[i], tolerance);
    }
  }

  private static float[] colour() {
    return new float[] {COLOUR[0] / 255f, COLOUR[1] / 255f, COLOUR[2] / 255f};
  }

  /// A segment of a JPEG: 0xff, its number, a length that counts itself, data.
  private static byte[] withSegment(byte[] jpeg, int number, byte[] data) {
    var all = ByteBuffer.allocate(jpeg.length + data.length + 4);
    all.put(jpeg, 0, 2).put((byte) 0xff).put((byte) number).putShort((short) (data.length + 2));
    return all.put(data).put(jpeg, 2, jpeg.length - 2).array();
  }

  /// A chunk of a PNG, behind its header.
  private static byte[] withChunk(byte[] png, String name, byte[] data) {
    byte[] named =
        ByteBuffer.allocate(4 + data.length).put(name.getBytes(ISO_8859_1)).put(data).array();
    var sum = new CRC32();
    sum.update(named);
    int head = 8 + 25;
    var all = ByteBuffer.allocate(png.length + data.length + 12);
    all.put(png, 0, head).putInt(data.length).put(named).putInt((int) sum.getValue());
    return all.put(png, head, png.length - head).array();
  }

  private static byte[] joined(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  @Test
  void profilesChangeNothingInAnyFormat() throws IOException {
    byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
    byte[] jpeg = written("jpg", plain(16, 16));
    Tensor without = read(Images.rgb(), jpeg);
    byte[] icc = joined("ICC_PROFILE\0\1\1".getBytes(ISO_8859_1), profile);
    Tensor with = read(Images.rgb(), withSegment(jpeg, 0xe2, icc));
    assertArrayEquals(without.toFloats(), with.toFloats());
    assertColour(colour(), with, 0.02f);
    var packed = new ByteArrayOutputStream();
    packed.write("profile\0\0".getBytes(ISO_8859_1));
    try (var deflater = new DeflaterOutputStream(packed)) {
      deflater.write(profile);
    }
    byte[] png = withChunk(written("png", plain(3, 5)), "iCCP", packed.toByteArray());
    assertColour(colour(), read(Images.rgb(), png), 0);
  }

  private static WritableRaster inks() {
    var raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 16, 16, 4, null);
    for (int i = 0; i < 256; i++) {
      raster.setPixel(i % 16, i / 16, new int[] {200, 100, 50, 30});
    }
    return raster;
  }

  private static byte[] written(String format, IIOImage image) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new MemoryCacheImageOutputStream(bytes)) {
      var writer = ImageIO.getImageWritersByFormatName(format).next();
      writer.setOutput(out);
      writer.write(null, image, null);
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /// JPEG holds what the paper keeps, TIFF what the inks take.
  @Test
  void inksTakeTheirShareOfTheLight() throws IOException {
    byte[] jpeg = written("jpg", new IIOImage(inks(), null, null));
    float kept = 30 / 255f;
    assertColour(
        new float[] {200 / 255f * kept, 100 / 255f * kept, 50 / 255f * kept},
        read(Images.rgb(), jpeg),
        0.01f);
    var model = new ComponentColorModel(new Cmyk(), false, false, 1, DataBuffer.TYPE_BYTE);
    var image = new BufferedImage(model, inks(), false, null);
    byte[] tiff = written("tif", new IIOImage(image, null, null));
    float light = 225 / 255f;
    assertColour(
        new float[] {55 / 255f * light, 155 / 255f * light, 205 / 255f * light},
        read(Images.rgb(), tiff),
        1e-6f);
  }

  /// Only tells the writer that there are four inks.
  private static final class Cmyk extends ColorSpace {
    private static final long serialVersionUID = 1L;

    Cmyk() {
      super(TYPE_CMYK, 4);
    }

    @Override
    public float[] toRGB(float[] value) {
      return new float[3];
    }

    @Override
    public float[] fromRGB(float[] value) {
      return new float[4];
    }

    @Override
    public float[] toCIEXYZ(float[] value) {
      return new float[3];
    }

    @Override
    public float[] fromCIEXYZ(float[] value) {
      return new float[4];
    }
  }

  @ParameterizedTest
  @CsvSource({"png", "tif"})
  void sixteenBitsAreKept(String format) throws IOException {
    var space = ColorSpace.getInstance(ColorSpace.CS_sRGB);
    var model = new ComponentColorModel(space, false, false, 1, DataBuffer.TYPE_USHORT);
    WritableRaster raster = model.createCompatibleWritableRaster(2, 1);
    raster.setPixel(0, 0, new int[] {1, 257, 40_000});
    raster.setPixel(1, 0, new int[] {65_535, 0, 511});
    byte[] file = written(format, new BufferedImage(model, raster, false, null));
    float[] expected = {1, 65_535, 257, 0, 40_000, 511};
    for (int i = 0; i < expected.length; i++) {
      expected[i] /= 65_535f;
    }
    assertArrayEquals(expected, read(Images.rgb(), file).toFloats());
  }

  /// A directory of one entry.
  private static byte[] exif(int orientation, ByteOrder order) {
    var bytes = ByteBuffer.allocate(8 + 2 + 12 + 4).order(order);
    bytes.put((order == ByteOrder.BIG_ENDIAN ? "MM" : "II").getBytes(ISO_8859_1));
    bytes.putShort((short) 42).putInt(8).putShort((short) 1);
    bytes.putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) orientation);
    return bytes.array();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 2, 012345", "2, 2, 210543", "3, 2, 543210", "4, 2, 345012",
    "5, 3, 031425", "6, 3, 304152", "7, 3, 524130", "8, 3, 251403",
  })
  void photographsStandUprightWhereAskedFor(int orientation, int height, String seen)
      throws IOException {
    var image = new BufferedImage(3, 2, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 6; i++) {
      image.getRaster().setSample(i % 3, i / 3, 0, 51 * (i % 6));
    }
    float[] expected = new float[6];
    for (int i = 0; i < 6; i++) {
      expected[i] = 51 * (seen.charAt(i) - '0') / 255f;
    }
    byte[] png = withChunk(written("png", image), "eXIf", exif(orientation, ByteOrder.BIG_ENDIAN));
    Tensor upright = read(Images.grey().upright(), png);
    assertEquals(Shape.of(1, height, 6 / height), upright.shape());
    assertArrayEquals(expected, upright.toFloats(), 1e-6f);
    assertEquals(Shape.of(1, 2, 3), read(Images.grey(), png).shape());
    assertEquals(Shape.of(1, 4, 5), read(Images.grey().upright().resized(4, 5), png).shape());

    byte[] note =
        joined("Exif\0\0".getBytes(ISO_8859_1), exif(orientation, ByteOrder.LITTLE_ENDIAN));
    byte[] jpeg = withSegment(written("jpg", plain(8, 24)), 0xe1, note);
    assertEquals(
        height == 2 ? Shape.of(3, 8, 24) : Shape.of(3, 24, 8),
        read(Images.rgb().upright(), jpeg).shape());
    byte[] cut = Arrays.copyOf(png, 8 + 25 + 8 + 12);
    assertEquals(Orientation.UPRIGHT, Orientation.of(cut));
  }

  /// Lossless WebP of red 200, blue 50, and green 10 or 250 by turns.
  private static byte[] webp(int height, int width) {
    var bits = new BitSet();
    int[] at = {0};
    class Bits {
      void put(int value, int count) {
        for (int i = 0; i < count; i++) {
          bits.set(at[0]++, (value >> i & 1) == 1);
        }
      }

      /// A code of one symbol, which takes no bits, or of two.
      void code(int... symbols) {
        put(1, 1);
        put(symbols.length - 1, 1);
        put(1, 1);
        for (int symbol : symbols) {
          put(symbol, 8);
        }
      }
    }
    var out = new Bits();
    out.put(0x2f, 8);
    out.put(width - 1, 14);
    out.put(height - 1, 14);
    out.put(0, 4); // no alpha, version 0
    out.put(0, 3); // no transform, no cache, one group of codes
    out.code(10, 250);
    out.code(200);
    out.code(50);
    out.code(255);
    out.code(0);
    for (int i = 0; i < height * width; i++) {
      out.put((i / width + i % width) % 2, 1);
    }
    byte[] data = Arrays.copyOf(bits.toByteArray(), (at[0] + 7) / 8 + 1);
    int padded = data.length + data.length % 2;
    var file = ByteBuffer.allocate(20 + padded).order(ByteOrder.LITTLE_ENDIAN);
    file.put("RIFF".getBytes(ISO_8859_1)).putInt(12 + padded).put("WEBPVP8L".getBytes(ISO_8859_1));
    return file.putInt(data.length).put(data).array();
  }

  @Test
  void webpIsReadWhateverTheContextClassLoader() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    try {
      Tensor image = read(Images.rgb(), webp(3, 5));
      assertEquals(Shape.of(3, 3, 5), image.shape());
      float[] values = image.toFloats();
      for (int i = 0; i < 15; i++) {
        assertEquals(200 / 255f, values[i]);
        assertEquals((i / 5 + i % 5) % 2 == 0 ? 10 / 255f : 250 / 255f, values[15 + i]);
        assertEquals(50 / 255f, values[30 + i]);
      }
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /// The same in the form that may hold more, with a profile and an orientation.
  private static byte[] withProfile(byte[] webp, byte[] profile, byte[] exif) {
    int image = webp.length - 12;
    int size = 18 + 8 + profile.length + image + 8 + exif.length;
    var file = ByteBuffer.allocate(12 + size).order(ByteOrder.LITTLE_ENDIAN);
    file.put("RIFF".getBytes(ISO_8859_1)).putInt(4 + size).put("WEBP".getBytes(ISO_8859_1));
    file.put("VP8X".getBytes(ISO_8859_1)).putInt(10).putInt(0x28); // has a profile and Exif
    file.put((byte) 4).putShort((short) 0).put((byte) 2).putShort((short) 0); // 5 x 3
    file.put("ICCP".getBytes(ISO_8859_1)).putInt(profile.length).put(profile);
    file.put(webp, 12, image);
    return file.put("EXIF".getBytes(ISO_8859_1)).putInt(exif.length).put(exif).array();
  }

  @Test
  void webpComesWithoutItsProfileAndUpright() {
    byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
    byte[] plain = webp(3, 5);
    byte[] whole = withProfile(plain, profile, exif(6, ByteOrder.LITTLE_ENDIAN));
    assertArrayEquals(read(Images.rgb(), plain).toFloats(), read(Images.rgb(), whole).toFloats());
    assertEquals(Shape.of(3, 5, 3), read(Images.rgb().upright(), whole).shape());
  }

  @Test
  void damagedWebpIsReadOrRefused() {
    long seed = 20261130;
    var random = new Random(seed);
    byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
    byte[] lossy =
        Base64.getDecoder().decode("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA");
    assertEquals(Shape.of(3, 1, 1), read(Images.rgb(), lossy).shape());
    byte[] lossless = webp(3, 5);
    byte[][] good = {lossless, lossy, withProfile(lossless, profile, new byte[26])};
    for (int i = 0; i < 600; i++) {
      byte[] file = good[i % good.length].clone();
      for (int change = random.nextInt(3); change >= 0; change--) {
        file[random.nextInt(Math.min(file.length, 80))] = (byte) random.nextInt();
      }
      try {
        assertTrue(read(Images.rgb().upright(), file).shape().elements() > 0, "seed " + seed);
      } catch (MerapiException e) {
        assertTrue(e.kind() == Kind.FORMAT || e.kind() == Kind.LIMIT, "seed " + seed);
      }
    }
  }

  /// For tests of folders.
  static byte[] aWebp() {
    return webp(2, 3);
  }
}
