package dev.merapi.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvFeaturesTest {
  private static final String HOUSES =
      """
      rooms,colour,size,price
      3,red,70,1
      ,blue,90,2
      5,,NA,3
      10,red,80,4
      """;

  private static Dataset read(Csv csv, String text) {
    return csv.read(stream(text), "here.csv");
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static float[] inputs(Dataset data) {
    return ((Column.Floats) data.inputs()).toArray();
  }

  private static MerapiException refused(Csv csv, String text) {
    return assertThrows(MerapiException.class, () -> read(csv, text));
  }

  @Test
  void textColumnsBecomeOneFeatureForEachValue() {
    Csv csv = Csv.withHeader().categories("colour").targets("price").fillMissing(-1);
    Dataset data = read(csv, HOUSES);
    assertEquals(List.of("rooms", "colour=blue", "colour=red", "size"), data.features());
    assertArrayEquals(
        new float[] {3, 0, 1, 70, -1, 1, 0, 90, 5, 0, 0, -1, 10, 0, 1, 80}, inputs(data));
  }

  @Test
  void givenValuesKeepTheirPlacesInEveryFile() {
    Csv csv =
        Csv.withHeader()
            .categories("colour", List.of("red", "green", "blue"))
            .targets("price")
            .ignoring("rooms", "size");
    Dataset data = read(csv, "rooms,colour,size,price\n1,blue,1,1\n1,red,1,2\n");
    assertArrayEquals(new float[] {0, 0, 1, 1, 0, 0}, inputs(data));
    var e = refused(csv, "rooms,colour,size,price\n1,pink,1,1\n");
    assertEquals(Kind.FORMAT, e.kind());
    assertTrue(e.getMessage().contains("cell='pink', values=[red, green, blue]"), e.getMessage());
    assertThrows(MerapiException.class, () -> Csv.withHeader().categories("a", List.of("x", "x")));
  }

  @Test
  void rowsWithMissingValuesAreSkippedIfAsked() {
    Dataset data =
        read(Csv.withHeader().categories("colour").targets("price").skipMissing(), HOUSES);
    assertEquals(List.of("rooms", "colour=red", "size"), data.features());
    assertArrayEquals(new float[] {3, 1, 70, 10, 1, 80}, inputs(data));
    assertArrayEquals(new float[] {1, 4}, ((Column.Floats) data.targets()).toArray());

    Dataset labelled = read(Csv.withoutHeader().label(1).skipMissing(), "?,a\n1,b\n2,\n3,c\n");
    assertEquals(List.of("b", "c"), labelled.classes());
    assertArrayEquals(new int[] {0, 1}, labelled.labels());
    assertArrayEquals(new float[] {1, 3}, inputs(labelled));
  }

  @Test
  void missingNumbersAreFilledByMeanOrMedian() {
    Csv csv = Csv.withHeader().features("rooms", "size").targets("price");
    assertArrayEquals(
        new float[] {3, 70, 6, 90, 5, 80, 10, 80}, inputs(read(csv.fillMissingByMean(), HOUSES)));
    assertArrayEquals(
        new float[] {3, 70, 5, 90, 5, 80, 10, 80}, inputs(read(csv.fillMissingByMedian(), HOUSES)));
    var e = refused(csv.fillMissingByMean(), "rooms,size,price\n,1,1\nnull,2,2\n");
    assertTrue(e.getMessage().contains("all values of a feature are missing"), e.getMessage());
    assertTrue(e.getMessage().contains("'rooms'"), e.getMessage());
  }

  @Test
  void withoutAChoiceAMissingValueIsAnErrorThatNamesTheChoices() {
    var e = refused(Csv.withHeader().categories("colour").targets("price"), HOUSES);
    assertTrue(e.getMessage().contains("a value is missing"), e.getMessage());
    assertTrue(e.getMessage().contains("skipMissing()"), e.getMessage());
    var target = refused(Csv.withoutHeader().targets(1).fillMissing(0), "1,2\n3,\n");
    assertTrue(target.getMessage().contains("only features are filled"), target.getMessage());
  }

  @Test
  void numbersMayHaveADecimalComma() {
    Csv csv = Csv.withoutHeader().separator(';').decimalComma();
    assertArrayEquals(
        new float[] {1.5f, -0.25f, 123456.789f, 2e-3f},
        csv.readInputs(stream("1,5;-,25\n123456,789;2,0e-3\n"), "here.csv").toArray());
    assertThrows(MerapiException.class, () -> csv.readInputs(stream("1.5;2\n"), "here.csv"));
    var e = refused(Csv.withoutHeader().decimalComma().label(0), "a;1\n");
    assertEquals(Kind.ARGUMENT, e.kind());
    assertTrue(e.getMessage().contains("separator(';')"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"1\" , \"2\"\n  \"3\",\"4\"  ",
        " \"1\",2\n\t\"3\"\t,\t\"4\"\t\r\n",
        "1, \"2\" \n3 ,4",
      })
  void blanksAroundQuotesDoNotCount(String text) {
    assertArrayEquals(
        new float[] {1, 2, 3, 4},
        Csv.withoutHeader().readInputs(stream(text), "here.csv").toArray());
  }

  @Test
  void tabsThatSeparateAreNoBlanks() {
    Csv csv = Csv.withoutHeader().separator('\t').fillMissing(0);
    assertArrayEquals(
        new float[] {0, 2, 3, 0}, csv.readInputs(stream("\t2\n\"3\"\t\n"), "here.csv").toArray());
  }
}
