package dev.merapi.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Shape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTest {
  private static final String FLOWERS =
      "length,width,species,id\n5.1,3.5,setosa,a\n6.3,3.3,virginica,b\n7,3.2,setosa,c\n";

  private static Dataset read(Csv csv, String text) {
    return csv.read(stream(text), "here.csv");
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static float[] inputs(Dataset data) {
    return ((Column.Floats) data.inputs()).toArray();
  }

  private static float[] targets(Dataset data) {
    return ((Column.Floats) data.targets()).toArray();
  }

  @Test
  void columnsAreChosenByName() {
    Dataset data = read(Csv.withHeader().label("species").ignoring("id"), FLOWERS);
    assertArrayEquals(new float[] {5.1f, 3.5f, 6.3f, 3.3f, 7, 3.2f}, inputs(data));
    assertEquals(Shape.of(2), data.inputs().row());
    assertArrayEquals(new int[] {0, 1, 0}, data.labels());
    assertEquals(List.of("setosa", "virginica"), data.classes());
    assertEquals(List.of("length", "width"), data.features());
  }

  @Test
  void columnsAreChosenByNumberFromBothEnds() {
    Csv csv = Csv.withoutHeader().features(2, 0).targets(-1);
    Dataset data = read(csv, "1,x,2,3\n4,y,5,6\n");
    assertArrayEquals(new float[] {2, 1, 5, 4}, inputs(data));
    assertArrayEquals(new float[] {3, 6}, targets(data));
    assertEquals(Shape.of(1), data.targets().row());
    assertEquals(List.of(), data.features());
  }

  @Test
  void featuresComeInTheOrderTheyAreAskedForIn() {
    Dataset data = read(Csv.withHeader().features("b", "a").targets("c", "d"), "d,a,c,b\n1,2,3,4");
    assertArrayEquals(new float[] {4, 2}, inputs(data));
    assertArrayEquals(new float[] {3, 1}, targets(data));
    assertEquals(List.of("b", "a"), data.features());
    assertEquals(List.of("c", "d"), data.classes());
  }

  @Test
  void givenClassesKeepTheirIndices() {
    Csv csv = Csv.withHeader().label("species").ignoring("id");
    Dataset data = read(csv.classes(List.of("virginica", "other", "setosa")), FLOWERS);
    assertArrayEquals(new int[] {2, 0, 2}, data.labels());
    String message = error(csv.classes(List.of("setosa")), FLOWERS).getMessage();
    assertTrue(message.contains("here.csv:3, column 3 'species'"), message);
    assertTrue(message.contains("cell='virginica'"), message);
    assertThrows(MerapiException.class, () -> csv.classes(List.of("a", "a")));
  }

  @Test
  void classesThatAreIntegersAreOrderedByValue() {
    Dataset data = read(Csv.withoutHeader().label(0), "10,1\n-1,1\n9,1\n10,1\n");
    assertEquals(List.of("-1", "9", "10"), data.classes());
    assertArrayEquals(new int[] {2, 0, 1, 2}, data.labels());
    assertEquals(
        List.of("10", "9", "9a"),
        read(Csv.withoutHeader().label(0), "9,1\n10,1\n9a,1\n").classes());
  }

  @Test
  void quotedCellsMayHoldAnything() {
    String text = "\"a \"\"name\"\"\",\"x\r\ny\"\r\n\"1\",\" p,q \"\r\n2,\"\n\n\"\"\"\n3,é\n";
    Dataset data = read(Csv.withHeader().features("a \"name\"").label(1), text);
    assertArrayEquals(new float[] {1, 2, 3}, inputs(data));
    assertEquals(List.of("\"", "p,q", "é"), data.classes());
    assertEquals(List.of("a \"name\""), data.features());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1;2\n3;4\n",
        "1;2\n3;4",
        "1;2\r\n3;4\r\n",
        "1;2\r3;4\r",
        "\n\n1;2\n\r\n\n3;4\n\n",
        "\uFEFF1;2\n3;4",
        " 1 ;\t2\n3 ; 4 ",
        "+1;2.\n3.0e0;.4E+1",
        "\"1\";\"2\"\n\"3\";\"4\"",
        "10e-1;0.2e1\n3;000004",
      })
  void ordinaryVariationsReadTheSame(String text) {
    Csv csv = Csv.withoutHeader().separator(';');
    assertArrayEquals(new float[] {1, 2, 3, 4}, csv.readInputs(stream(text), "here.csv").toArray());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`1,2\\n3\\n`|:2, column 1|number of cells differs: expected=2, found=1",
        "`1,2\\n3,4,5\\n`|:2, column 2|number of cells differs: expected=2, found=more",
        "`1,2\\n\\n3,\\n`|:3, column 2|a value is missing: cell=''",
        "`1,2\\n3,NaN\\n`|:2, column 2|a value is missing: cell='NaN'",
        "`1,2\\n?,4\\n`|:2, column 1|a value is missing",
        "`1,2\\n3,x4\\n`|:2, column 2|not a number: cell='x4'",
        "`1,2\\n3,1f\\n`|:2, column 2|not a number",
        "`1,2\\n3,0x1p3\\n`|:2, column 2|not a number",
        "`1,2\\n3,Infinity\\n`|:2, column 2|not a number",
        "`1,2\\n3,1e\\n`|:2, column 2|not a number",
        "`1,2\\n3,1 2\\n`|:2, column 2|not a number",
        "`1,2\\n3,.\\n`|:2, column 2|not a number",
        "`1,2\\n3,--4\\n`|:2, column 2|not a number",
        "`1,2\\n3,1e39\\n`|:2, column 2|too large",
        "`x,2\\n3,4\\n`|:1, column 1|not a number",
        "`1,2\\n3,4\"\\n`|:2, column 2|a quote within a cell",
        "`1,2\\n3,\"4\\n\\n5`|:2, column 2|a quote is not closed",
        "`1,2\\n\"3\"x,4`|:2, column 1|something follows a closing quote: character=x",
        "`1,2\\n\"\\n\\n3\",4\\n`|:2, column 1|not a number",
        "`1,2\\n\"3\\n\",4\\n5,x`|:2, column 1|not a number",
        "``|here.csv|there is no line to read",
        "`\\n\\n`|here.csv|there is no line to read",
      })
  void whatIsNoTableIsRefusedWithItsPlace(String text, String place, String what) {
    MerapiException error =
        assertThrows(
            MerapiException.class,
            () -> Csv.withoutHeader().readInputs(stream(text.replace("\\n", "\n")), "here.csv"));
    assertEquals(Kind.FORMAT, error.kind());
    assertTrue(error.getMessage().contains(what), error.getMessage());
    assertTrue(error.place().contains("here.csv"), error.place());
    assertTrue(error.place().contains(place), error.place());
  }

  @Test
  void linesWithinQuotesCount() {
    MerapiException error = error(Csv.withoutHeader().label(0), "\"a\nb\r\nc\",1\nd,x\n");
    assertTrue(error.place().contains(":4, column 2"), error.place());
  }

  @Test
  void textThatIsNotUtf8IsRefused() {
    byte[] text = {'1', ',', (byte) 0xff, '\n'};
    var csv = Csv.withoutHeader().label(1);
    assertKind(Kind.FORMAT, () -> csv.read(new ByteArrayInputStream(text), "here.csv"));
  }

  @Test
  void columnsThatDoNotExistAreRefused() {
    assertKind(Kind.ARGUMENT, () -> read(Csv.withHeader().label("kind"), FLOWERS));
    assertKind(Kind.ARGUMENT, () -> read(Csv.withoutHeader().label("species"), FLOWERS));
    assertKind(Kind.ARGUMENT, () -> read(Csv.withHeader().label(4), FLOWERS));
    assertKind(Kind.ARGUMENT, () -> read(Csv.withHeader().label(-5), FLOWERS));
    assertKind(Kind.ARGUMENT, () -> read(Csv.withHeader().label(2).targets("species"), FLOWERS));
    assertKind(Kind.ARGUMENT, () -> read(Csv.withHeader().features(2).label(2), FLOWERS));
    assertKind(Kind.ARGUMENT, () -> read(Csv.withHeader().label(1).label(2), FLOWERS));
    assertKind(Kind.ARGUMENT, () -> read(Csv.withHeader(), FLOWERS));
    assertKind(Kind.ARGUMENT, () -> read(Csv.withoutHeader().label(0), "1\n"));
    assertKind(Kind.FORMAT, () -> read(Csv.withHeader().targets("a"), "a,a\n1,2\n"));
    assertKind(Kind.ARGUMENT, () -> Csv.withHeader().separator('.'));
    assertKind(Kind.ARGUMENT, () -> Csv.withHeader().separator('é'));
    assertKind(Kind.ARGUMENT, () -> Csv.withHeader().skipLines(-1));
  }

  @Test
  void aHeaderAloneIsATableWithoutRows() {
    assertEquals(0, read(Csv.withHeader().label(0), "a,b\n").rows());
  }

  @Test
  void firstLinesCanBeSkipped() {
    Csv csv = Csv.withoutHeader().skipLines(2).targets(1);
    assertArrayEquals(new float[] {1}, inputs(read(csv, "a \"comment\r\n\r\n1,2\n")));
    assertTrue(error(csv, "\n\n1,2\n3,x").place().contains(":4, column 2"));
    assertKind(Kind.FORMAT, () -> read(csv, "a\n"));
  }

  @Test
  void filesMayBeZipped(@TempDir Path folder) throws IOException {
    Path plain = folder.resolve("t.csv");
    Path zipped = folder.resolve("t.csv.gz");
    Files.writeString(plain, FLOWERS);
    try (var out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
      out.write(FLOWERS.getBytes(StandardCharsets.UTF_8));
    }
    Csv csv = Csv.withHeader().label("species").ignoring("id");
    assertArrayEquals(inputs(csv.read(plain)), inputs(csv.read(zipped)));
    byte[] bytes = Files.readAllBytes(zipped);
    Files.write(zipped, Arrays.copyOf(bytes, bytes.length - 12));
    assertKind(Kind.FORMAT, () -> csv.read(zipped));
    Files.writeString(zipped, FLOWERS);
    assertKind(Kind.FORMAT, () -> csv.readInputs(zipped));
    assertThrows(UncheckedIOException.class, () -> csv.read(folder.resolve("none.csv")));
  }

  @Test
  void anEndlessCellIsRefusedBeforeItFillsTheMemory() {
    var endless =
        new InputStream() {
          private long given;

          @Override
          public int read() {
            return given++ == 0 ? '"' : 'x';
          }

          @Override
          public int read(byte[] bytes, int start, int count) {
            Arrays.fill(bytes, start, start + count, (byte) 'x');
            if (given == 0) {
              bytes[start] = '"';
            }
            given += count;
            assertTrue(given < 1 << 24, "reads on");
            return count;
          }
        };
    assertKind(Kind.FORMAT, () -> Csv.withoutHeader().readInputs(endless, "here.csv"));
  }

  @Test
  void numbersAreRoundedToTheNearest() {
    long seed = 20260102;
    var random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      String text =
          switch (i % 4) {
            case 0 -> Float.toString(Float.intBitsToFloat(random.nextInt(0x7f800000)));
            case 1 -> Long.toString(random.nextLong()).substring(0, 1 + random.nextInt(10));
            case 2 -> random.nextInt(100_000) + "." + random.nextInt(1_000_000);
            default -> "-0." + "0".repeat(random.nextInt(12)) + random.nextInt(100_000_000);
          };
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      float expected = text.equals("-") ? Float.NaN : Float.parseFloat(text);
      assertEquals(expected, Decimals.parse(bytes, 0, bytes.length, '.'), text + ", seed " + seed);
    }
  }

  @Test
  void mutatedTablesAreReadOrRefused() {
    long seed = 20260103;
    var random = new Random(seed);
    byte[] good =
        (FLOWERS + "\"8\",-.5e1,\"set,osa\",\"\"\"\"\r\n").getBytes(StandardCharsets.UTF_8);
    byte[] telling = "\",\n\r;.-+eE09 \t\0\u007f".getBytes(StandardCharsets.UTF_8);
    Csv csv = Csv.withHeader().label(2).ignoring(3);
    for (int i = 0; i < 30_000; i++) {
      byte[] text = Arrays.copyOf(good, random.nextInt(4) > 0 ? good.length : random.nextInt(80));
      for (int change = random.nextInt(3); change >= 0 && text.length > 0; change--) {
        boolean any = random.nextBoolean();
        text[random.nextInt(text.length)] =
            any ? (byte) random.nextInt() : telling[random.nextInt(telling.length)];
      }
      try {
        Dataset data = csv.read(new ByteArrayInputStream(text), "here.csv");
        assertEquals(data.rows() * data.inputs().rowSize(), inputs(data).length);
        assertTrue(data.rows() < 40, "seed " + seed);
        for (float value : inputs(data)) {
          assertTrue(Float.isFinite(value), "seed " + seed);
        }
      } catch (MerapiException e) {
        assertTrue(e.place().startsWith("here.csv"), e.getMessage() + ", seed " + seed);
      }
    }
  }

  private static MerapiException error(Csv csv, String text) {
    return assertThrows(MerapiException.class, () -> read(csv, text));
  }

  private static void assertKind(Kind kind, org.junit.jupiter.api.function.Executable code) {
    assertEquals(kind, assertThrows(MerapiException.class, code).kind());
  }
}
