package dev.merapi.toolkit.arrays;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.graph.DType;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyTest {
  /// The entries of `arrays.npz`, which NumPy has written (make_npy.py).
  private static Map<String, byte[]> fixtures() throws IOException {
    var files = new LinkedHashMap<String, byte[]>();
    try (var archive = new ZipInputStream(NpyTest.class.getResourceAsStream("arrays.npz"))) {
      for (var entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
        files.put(entry.getName().replace(".npy", ""), archive.readAllBytes());
      }
    }
    return files;
  }

  private static Tensor read(byte[] file) {
    return Npy.read(new ByteArrayInputStream(file), "here.npy");
  }

  private static byte[] write(Tensor tensor) {
    var bytes = new ByteArrayOutputStream();
    Npy.write(bytes, tensor);
    return bytes.toByteArray();
  }

  /// A file with any header, and so many bytes of data.
  private static byte[] file(String header, int data) {
    byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
    var file = ByteBuffer.allocate(10 + text.length + data).order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    return file.putShort((short) text.length).put(text).array();
  }

  private static Object[] sizes(String text) {
    return text.isEmpty()
        ? new Object[0]
        : Arrays.stream(text.split("x")).map(Integer::valueOf).toArray();
  }

  @Test
  void readsWhatNumPyWrites() throws IOException {
    Map<String, byte[]> files = fixtures();
    assertEquals(362, files.size());
    files.forEach((name, bytes) -> {
      String[] parts = name.replace("written", "").split("-", -1);
      char kind = parts[0].charAt(1);
      Tensor tensor = read(bytes);
      assertEquals(Shape.of(sizes(parts[3])), tensor.shape(), name);
      DType dtype = kind == 'f' ? DType.F32 : kind == 'b' ? DType.BOOL : DType.I32;
      assertEquals(dtype, tensor.dtype(), name);
      int[] expected = expected(kind, (int) tensor.shape().elements());
      if (dtype == DType.F32) {
        float[] found = tensor.toFloats();
        assertArrayEquals(
            expected, IntStream.range(0, found.length).map(i -> (int) found[i]).toArray(), name);
      } else {
        assertArrayEquals(expected, tensor.toInts(), name);
      }
    });
  }

  private static int[] expected(char kind, int count) {
    return IntStream.range(0, count)
        .map(i ->
            switch (kind) {
              case 'b' -> i % 3 == 0 ? 1 : 0;
              case 'u' -> i * 7 % 23;
              default -> i * 7 % 23 - 11;
            })
        .toArray();
  }

  @Test
  void writesTheBytesThatNumPyWrites() throws IOException {
    var compared = new HashMap<String, Tensor>();
    fixtures()
        .forEach((name, bytes) -> {
          if (name.startsWith("written")) {
            compared.put(name, read(bytes));
            assertArrayEquals(bytes, write(read(bytes)), name);
          }
        });
    assertEquals(24, compared.size());
  }

  @Test
  void everyFloatSurvives() {
    var random = new Random(20260104);
    float[] values = new float[50_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(random.nextInt());
    }
    values[0] = Float.NaN;
    values[1] = Float.NEGATIVE_INFINITY;
    values[2] = -0f;
    assertArrayEquals(values, read(write(Tensor.of(values))).toFloats());
  }

  @Test
  void wideNumbersAreRoundedOrRefused() {
    byte[] file = file("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }\n", 8);
    assertEquals(0.1f, read(with(file, Double.doubleToLongBits(0.1))).item());
    assertTrue(Double.isNaN(read(with(file, Double.doubleToLongBits(Double.NaN))).item()));
    double infinite = read(with(file, Double.doubleToLongBits(Double.NEGATIVE_INFINITY))).item();
    assertEquals(Double.NEGATIVE_INFINITY, infinite);
    String message = refused(with(file, Double.doubleToLongBits(1e39))).getMessage();
    assertTrue(message.contains("value=1.0E39"), message);
    assertTrue(message.contains("here.npy, element 0"), message);
    byte[] longs = file("{'descr': '<i8', 'fortran_order': False, 'shape': (1,), }\n", 8);
    assertEquals(Integer.MIN_VALUE, read(with(longs, Integer.MIN_VALUE)).item());
    refused(with(longs, 1L << 31));
    refused(with(longs, -(1L << 31) - 1));
    byte[] unsigned = file("{'descr': '<u8', 'fortran_order': False, 'shape': (1,), }\n", 8);
    assertEquals(Integer.MAX_VALUE, read(with(unsigned, Integer.MAX_VALUE)).item());
    refused(with(unsigned, -1));
    byte[] truth = file("{'descr': '|b1', 'fortran_order': False, 'shape': (8,), }\n", 8);
    refused(with(truth, 2));
  }

  private static byte[] with(byte[] file, long data) {
    byte[] changed = file.clone();
    ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putLong(file.length - 8, data);
    return changed;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }",
        "{\"shape\":(2L,),\"fortran_order\":True,\"descr\":\"=f4\"}  \n",
        "{ 'fortran_order' : False , 'descr' : '<f4' , 'shape' : ( 2 , ) }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2)}",
      })
  void otherSpellingsOfTheHeaderAreRead(String header) {
    assertEquals(2, read(file(header, 8)).shape().elements());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{",
        "[]",
        "{'descr': '<f4', 'fortran_order': False}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'more': 1}",
        "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} x",
        "{'descr': '<f4' 'fortran_order': False, 'shape': (2,)}",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': 2}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2 1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2147483648,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (65536,65536,65536,65536)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (0,9999999999)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (9999999999,9999999999,0)}",
        "{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '|f4', 'fortran_order': False, 'shape': (2,)}",
        "{'descr': '<U2', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '', 'fortran_order': False, 'shape': (2,)}",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}",
        "{'descr': '<f4, 'fortran_order': False, 'shape': (2,)}",
      })
  void headersThatAreWrongOrLieAreRefused(String header) {
    refused(file(header, 8));
  }

  @Test
  void tooManySizesAreRefused() {
    refused(file("{'descr':'<f4','fortran_order':False,'shape':(" + "1,".repeat(65) + ")}", 4));
    Tensor deep =
        read(file("{'descr':'<f4','fortran_order':True,'shape':(" + "1,".repeat(64) + ")}", 4));
    assertEquals(64, deep.rank());
  }

  @ParameterizedTest
  @CsvSource({"0,1", "6,0", "6,4", "6,-1", "7,1", "9,127"})
  void damagedStartsAreRefused(int at, byte value) {
    byte[] good = write(Tensor.of(1f, 2f));
    good[at] = value;
    refused(good);
    for (int length = 0; length < good.length; length++) {
      refused(Arrays.copyOf(write(Tensor.of(1f, 2f)), length));
    }
    refused(Arrays.copyOf(write(Tensor.of(1f)), good.length + 1));
  }

  @Test
  void aLyingHeaderCostsNoMemory() {
    // Two gigabytes claimed, and 80 MB by the length of a header of version 2.
    String header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2147483000,), }";
    byte[] sized = file(header, 8);
    byte[] headed = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, 0, 0, 0, 5, '{'};
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    refused(sized);
    refused(headed);
    assertTrue(threads.getCurrentThreadAllocatedBytes() - before < 4_000_000);
  }

  @Test
  void mutatedFilesAreReadOrRefused() throws IOException {
    long seed = 20260105;
    var random = new Random(seed);
    byte[][] good =
        fixtures().values().stream().filter(file -> file.length < 1000).toArray(byte[][]::new);
    byte[] telling = "{}()',:0123456789<>|=fiubTrueFalse \n".getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < 40_000; i++) {
      byte[] file = good[random.nextInt(good.length)].clone();
      for (int change = random.nextInt(3); change >= 0; change--) {
        int at = random.nextInt(4) == 0 ? random.nextInt(file.length) : random.nextInt(90);
        boolean any = random.nextInt(3) == 0;
        file[Math.min(at, file.length - 1)] =
            any ? (byte) random.nextInt() : telling[random.nextInt(telling.length)];
      }
      if (random.nextInt(4) == 0) {
        file = Arrays.copyOf(file, random.nextInt(file.length + 3));
      }
      try {
        assertTrue(read(file).shape().elements() <= 1000, "seed " + seed);
      } catch (MerapiException e) {
        assertEquals(Kind.FORMAT, e.kind(), "seed " + seed);
        assertTrue(e.place().startsWith("here.npy"), e.getMessage());
      }
    }
  }

  @Test
  void archivesHoldNamedArrays(@TempDir Path folder) throws IOException {
    Path saved = folder.resolve("saved.npz");
    try (var stream = NpyTest.class.getResourceAsStream("saved.npz")) {
      Files.copy(stream, saved);
    }
    Map<String, Tensor> arrays = Npz.read(saved);
    assertEquals(3, arrays.size());
    assertEquals(TensorType.f32(2, 3), arrays.get("weight").type());
    assertArrayEquals(expected('i', 4), arrays.get("steps").toInts());
    assertEquals(0.5, arrays.get("scalar").item());

    Path written = folder.resolve("written.npz");
    Npz.write(written, arrays);
    Map<String, Tensor> again = Npz.read(written);
    assertEquals(arrays.keySet(), again.keySet());
    assertArrayEquals(arrays.get("weight").toFloats(), again.get("weight").toFloats());
    byte[] bytes = Files.readAllBytes(written);
    Npz.write(written, again);
    assertArrayEquals(bytes, Files.readAllBytes(written));
  }

  @Test
  void anArchiveThatUnpacksToMoreThanAllowedIsRefused(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("bomb.npz");
    try (var stream = new ZipOutputStream(Files.newOutputStream(file))) {
      for (int i = 0; i < 3; i++) {
        stream.putNextEntry(new ZipEntry("zeros" + i + ".npy"));
        String header = "{'descr': '|i1', 'fortran_order': False, 'shape': (1000, 5000), }";
        stream.write(file(header, 5_000_000));
        stream.closeEntry();
      }
    }
    assertTrue(Files.size(file) < 100_000);
    assertEquals(3, Npz.read(file, 60_000_000).size());
    assertArrayEquals(new int[5_000_000], Npz.read(file, 60_000_000).get("zeros2").toInts());
    for (long most : new long[] {0, 19_999_999, 59_999_999}) {
      var error = assertThrows(MerapiException.class, () -> Npz.read(file, most));
      assertEquals(Kind.LIMIT, error.kind());
      String place = "zeros" + most / 20_000_000 + ".npy";
      for (String part : List.of("bytes=20000000", place, file.toString(), "maxBytes")) {
        assertTrue(error.getMessage().contains(part), error.getMessage());
      }
    }
    Path lying = folder.resolve("lying.npz");
    try (var stream = new ZipOutputStream(Files.newOutputStream(lying))) {
      stream.putNextEntry(new ZipEntry("a.npy"));
      String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
      stream.write(file(header, 5_000_000));
      stream.closeEntry();
    }
    var error = assertThrows(MerapiException.class, () -> Npz.read(lying));
    assertTrue(error.getMessage().contains("something follows"), error.getMessage());
  }

  @Test
  void damagedArchivesAreRefused(@TempDir Path folder) throws IOException {
    long seed = 20260106;
    var random = new Random(seed);
    byte[] good;
    try (var stream = NpyTest.class.getResourceAsStream("saved.npz")) {
      good = stream.readAllBytes();
    }
    Path file = folder.resolve("a.npz");
    for (int i = 0; i < 3_000; i++) {
      byte[] changed = random.nextInt(4) > 0 ? good.clone() : cut(good, random);
      for (int change = random.nextInt(3); change >= 0 && changed.length > 0; change--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      Files.write(file, changed);
      try {
        assertTrue(Npz.read(file).size() <= 3, "seed " + seed);
      } catch (MerapiException e) {
        assertEquals(Kind.FORMAT, e.kind(), "seed " + seed);
        assertTrue(e.place().startsWith(file.toString()), e.getMessage());
      }
    }
  }

  private static byte[] cut(byte[] bytes, Random random) {
    return Arrays.copyOf(bytes, random.nextInt(bytes.length));
  }

  @Test
  void filesAreNamedInErrors(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("a.npy");
    Npy.write(file, Tensor.of(Shape.of(2, 2), 1f, 2f, 3f, 4f));
    assertArrayEquals(new float[] {1, 2, 3, 4}, Npy.read(file).toFloats());
    Files.writeString(file, "no array");
    var error = assertThrows(MerapiException.class, () -> Npy.read(file));
    assertTrue(error.getMessage().contains(file.toString()), error.getMessage());
    assertThrows(UncheckedIOException.class, () -> Npy.read(folder.resolve("none.npy")));
  }

  private static MerapiException refused(byte[] file) {
    var error = assertThrows(MerapiException.class, () -> read(file));
    assertEquals(Kind.FORMAT, error.kind());
    assertTrue(error.place().startsWith("here.npy"), error.getMessage());
    return error;
  }
}
