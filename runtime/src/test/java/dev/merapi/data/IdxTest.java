package dev.merapi.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdxTest {
  private static final String GOOD = "00000802 00000002 00000003 0001020304ff";

  @Test
  void readsPlainAndZipped() throws IOException {
    byte[] plain = bytes(GOOD);
    var zipped = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(zipped)) {
      gzip.write(plain);
    }
    for (byte[] file : new byte[][] {plain, zipped.toByteArray()}) {
      Idx idx = read(file);
      assertArrayEquals(new int[] {2, 3}, idx.sizes());
      assertArrayEquals(new int[] {0, 1, 2, 3, 4, 255}, idx.toInts());
      assertEquals(1f, idx.toUnitFloats()[5]);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "00000901 00000003 00 7f 80, 0 127 -128",
    "00000b01 00000003 0001 7fff 8000, 1 32767 -32768",
    "00000c01 00000002 00000001 80000000, 1 -2147483648",
    "00000d01 00000002 3fc00000 bf800000, 1.5 -1",
    "00000e01 00000002 3fb999999999999a c000000000000000, 0.1 -2",
  })
  void allTypesOfTheFormatAreRead(String hex, String numbers) {
    Idx idx = read(bytes(hex));
    String[] expected = numbers.split(" ");
    assertEquals(expected.length, idx.elements());
    float[] floats = new float[expected.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = Float.parseFloat(expected[i]);
    }
    assertArrayEquals(floats, idx.toFloats());
    if (idx.type() == Idx.Type.FLOAT || idx.type() == Idx.Type.DOUBLE) {
      assertEquals(Kind.FORMAT, assertThrows(MerapiException.class, idx::toInts).kind());
    } else {
      assertArrayEquals(
          Arrays.stream(expected).mapToInt(Integer::parseInt).toArray(), idx.toInts());
    }
    assertEquals(Kind.FORMAT, assertThrows(MerapiException.class, idx::toUnitFloats).kind());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "000008",
        "00000A01 00000001 00",
        "00000D01 00000001 000000",
        "00000E01 00000001 0000000000000000 00",
        "01000801 00000001 00",
        "00000800",
        "00000809 00000001 00000001 00000001 00000001 00000001 00000001 00000001 00000001 00000001"
            + " 00",
        "000008ff 00000001",
        "00000802 00000002",
        "00000801 00000002 00",
        "00000801 00000002 000000",
        "00000801 ffffffff 00",
        "00000801 7fffffff 00",
        "00000803 7fffffff 7fffffff 7fffffff 00",
        "00000803 00000000 7fffffff 7fffffff 00",
        "1f8b",
        "1f8b0800000000000000",
      })
  void refusesWhatIsNotIdx(String hex) {
    MerapiException error = assertThrows(MerapiException.class, () -> read(bytes(hex)));
    assertEquals(Kind.FORMAT, error.kind());
    assertTrue(error.getMessage().contains("here.idx"));
  }

  private static byte[] zipped(String header, int zeros) throws IOException {
    var zipped = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(zipped)) {
      gzip.write(bytes(header));
      gzip.write(new byte[zeros]);
    }
    return zipped.toByteArray();
  }

  @Test
  void moreDataThanAllowedIsRefusedBeforeItIsUnpacked(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("zeros.gz");
    Files.write(file, zipped("00000802 00000400 00000400", 1 << 20));
    assertArrayEquals(new byte[1 << 20], Idx.read(file, 1 << 20).values());
    var error = assertThrows(MerapiException.class, () -> Idx.read(file, (1 << 20) - 1));
    assertEquals(Kind.LIMIT, error.kind());
    for (String part : List.of("bytes=1048576", "allowed=1048575", "zeros.gz", "maxBytes")) {
      assertTrue(error.getMessage().contains(part), error.getMessage());
    }
    byte[] large = zipped("00000802 00008000 00008001", 1 << 20);
    assertEquals(Kind.LIMIT, assertThrows(MerapiException.class, () -> read(large)).kind());
  }

  @Test
  void nothingIsUnpackedBeyondWhatTheHeaderSays() throws IOException {
    byte[] bomb = zipped("00000801 00000003", 50_000_000);
    byte[] claim = zipped("00000801 3fffffff", 3);
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (byte[] file : new byte[][] {bomb, claim}) {
      assertEquals(Kind.FORMAT, assertThrows(MerapiException.class, () -> read(file)).kind());
    }
    assertTrue(threads.getCurrentThreadAllocatedBytes() - before < 1_000_000);
  }

  @Test
  void mutatedFilesAreReadOrRefused() throws IOException {
    long seed = 20260101;
    var random = new Random(seed);
    var zipped = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(zipped)) {
      gzip.write(bytes(GOOD));
    }
    for (int i = 0; i < 20_000; i++) {
      byte[] file = i % 2 == 0 ? bytes(GOOD) : zipped.toByteArray();
      file[random.nextInt(file.length)] = (byte) random.nextInt();
      byte[] cut = Arrays.copyOf(file, random.nextInt(file.length + 1));
      try {
        Idx idx = read(random.nextBoolean() ? file : cut);
        assertTrue(idx.values().length < 64, "seed " + seed);
      } catch (MerapiException e) {
        assertTrue(e.kind() == Kind.FORMAT || e.kind() == Kind.LIMIT, "seed " + seed);
      }
    }
  }

  private static Idx read(byte[] file) {
    return Idx.read(new ByteArrayInputStream(file), "here.idx");
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }
}
