package dev.merapi.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeaderTest {
  private static final int LONGEST = 5_000_000;

  @TempDir private Path folder;

  private Header read(byte[] file) throws IOException {
    Path path = Files.write(folder.resolve("f"), file);
    try (var channel = Files.newByteChannel(path)) {
      return HeaderReader.read(channel, LONGEST);
    }
  }

  private static byte[] file(byte[] json, int data) {
    return ByteBuffer.allocate(8 + json.length + data)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .array();
  }

  private static byte[] file(String json, int data) {
    return file(json.getBytes(StandardCharsets.UTF_8), data);
  }

  private static String tensor(String shape, String begin, String end) {
    return "{'dtype':'F32','shape':[%s],'data_offsets':[%s,%s]}"
        .formatted(shape, begin, end)
        .replace('\'', '"');
  }

  @Test
  void aHeaderIsRead() throws IOException {
    String json =
        " { \"__metadata__\" : {\"a\\u00fc\\n\":\"\\ud83d\\ude00\"},\r\n\t\"b\":"
            + tensor("", "8", "12")
            + ",\"a\":"
            + tensor("2,1", "0", "8")
            + ",\"c\":"
            + tensor("0,7", "12", "12")
            + "}   ";
    Header header = read(file(json, 12));
    assertEquals(Map.of("aü\n", "\ud83d\ude00"), header.metadata());
    assertEquals(List.of("b", "a", "c"), List.copyOf(header.tensors().keySet()));
    assertEquals(
        new StoredTensor("a", StoredType.F32, Shape.of(2, 1), 0, 8), header.tensors().get("a"));
    assertEquals(file(json, 0).length, header.start());
  }

  @Test
  void metadataMayBeNull() throws IOException {
    Header header = read(file("{\"__metadata__\": null,\"a\":" + tensor("2", "0", "8") + "}", 8));
    assertEquals(Map.of(), header.metadata());
    assertEquals(List.of("a"), List.copyOf(header.tensors().keySet()));
  }

  /// What a lie is answered with; data has 8 bytes.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2                          | 0  | 8 | a:OK",
        "2                          | 0  | 4 | does not fit its place",
        "3                          | 0  | 12 | does not fit its place",
        "2                          | 8  | 0 | does not fit its place",
        "2                          | -8 | 0 | expected a whole number",
        "-2                         | 0  | 8 | expected a whole number",
        "2.0                        | 0  | 8 | expected a whole number",
        "2e0                        | 0  | 8 | expected a whole number",
        "02                         | 0  | 8 | expected a whole number",
        "9223372036854775808        | 0  | 8 | expected a whole number",
        "18446744073709551618       | 0  | 8 | expected a whole number",
        "4611686018427387904,2,2    | 0  | 8 | does not fit its place",
        "4294967296,4294967296      | 0  | 0 | does not fit its place",
        "0                          | 0  | 0 | bytes follow the last tensor",
        "1                          | 0  | 4 | bytes follow the last tensor",
        "1                          | 4  | 8 | a gap or an overlap",
        "0                          | 9223372036854775807 | 9223372036854775807 | not fit its place",
      })
  void placesAreChecked(String shape, String begin, String end, String answer) throws IOException {
    byte[] file = file("{\"a\":" + tensor(shape, begin, end) + "}", 8);
    if (answer.equals("a:OK")) {
      read(file);
    } else {
      refused(file, answer);
    }
  }

  @Test
  void overlapsAreRefused() {
    String json = "{\"a\":" + tensor("2", "0", "8") + ",\"b\":" + tensor("1", "4", "8") + "}";
    refused(file(json, 8), "a gap or an overlap");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "{'a':1}                                  | expected '{'",
        "{'a':{}}                                 | lacks something",
        "{'a':{'dtype':'F32','shape':[]}}         | lacks something",
        "{'a':{'dtype':'F32','shape':[],'x':1}}   | unknown key",
        "{'a':{'dtype':'F32','dtype':'F32'}}      | a key stands twice",
        "{'__metadata__':{'a':'','a':''}}         | a key stands twice",
        "{'__metadata__':{},'__metadata__':{}}    | a key stands twice",
        "{'__metadata__':nul}                     | expected '{'",
        "{'__metadata__':{'a':1}}                 | expected '\"'",
        "{'__metadata__':{'a':null}}              | expected '\"'",
        "{'a':{'dtype':'F8','shape':[],'data_offsets':[0,0]}} | not supported",
        "{'a':{'dtype':'F32','shape':[[[[[1]]]]],'data_offsets':[0,0]}} | expected a whole number",
        "{'a':{'dtype':'F32','shape':[],'data_offsets':[0,0,0]}} | a list is too long",
        "{'a':{'dtype':'F32','shape':[],'data_offsets':[0]}} | lacks something",
        "{}x                                      | something follows",
        "{} {}                                    | something follows",
        "{,}                                      | expected '\"'",
        "{'__metadata__':{'a':'b'},}              | expected '\"'",
        "[[[[[[[[                                 | expected '{'",
        "{'__metadata__':{'a':'                   | does not end",
        "{'__metadata__':{'a':'\\x'}}             | unknown escape",
        "{'__metadata__':{'a':'\\u12g4'}}         | unknown escape",
        "{'__metadata__':{'a':'\\ud83d'}}         | surrogate",
        "{'__metadata__':{'a':'\\ude00\\ud83d'}}  | surrogate",
        "{'__metadata__':{'a':'\\u12              | unknown escape",
      })
  void brokenTextIsRefused(String json, String answer) {
    refused(file(json.replace('\'', '"'), 0), answer);
  }

  @Test
  void countsAreLimited() {
    int most = 1 << 17;
    String strings =
        IntStream.rangeClosed(0, most)
            .mapToObj(i -> "\"" + i + "\":\"\"")
            .collect(Collectors.joining(","));
    refused(file("{\"__metadata__\":{" + strings + "}}", 0), "too many members");
    String sizes = "0" + ",1".repeat(31);
    String tensors =
        IntStream.rangeClosed(0, (1 << 20) / 32)
            .mapToObj(i -> "\"" + i + "\":" + tensor(sizes, "0", "0"))
            .collect(Collectors.joining(","));
    refused(file("{" + tensors + "}", 0), "too many sizes");
    refused(file("{\"a\":" + tensor("0" + ",1".repeat(32), "0", "0") + "}", 0), "list is too long");
  }

  @Test
  void controlCharactersAndBadUtf8AreRefused() {
    refused(file("{\"__metadata__\":{\"a\":\"\n\"}}", 0), "control character");
    byte[] json = "{\"__metadata__\":{\"a\":\"b\"}}".getBytes(StandardCharsets.UTF_8);
    json[21] = (byte) 0xff;
    refused(file(json, 0), "not UTF-8");
  }

  @ParameterizedTest
  @CsvSource({"3", "5000001", "9223372036854775807", "-1", "-9223372036854775808", "0", "1"})
  void theLengthIsChecked(long length) {
    byte[] file = file("{}", 0);
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    refused(file, "length of the header is out of range");
  }

  @Test
  void shortFilesAreRefused() {
    for (int length = 0; length < 10; length++) {
      refused(new byte[length], "length of the header is out of range");
    }
  }

  private void refused(byte[] file, String answer) {
    var e = assertThrows(MerapiException.class, () -> read(file));
    assertEquals(Kind.FORMAT, e.kind());
    assertTrue(e.getMessage().contains(answer), e.getMessage());
  }
}
