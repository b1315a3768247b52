package dev.merapi.tests;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A Merapi file taken apart, and put together again with right lengths and hashes whatever its
/// header says. Written after `docs/file-format.md` alone: it shares no code with the reader.
///
/// @param header the JSON text without its padding
record MerapiBytes(String header, byte[] data) {
  private static final Pattern OFFSETS =
      Pattern.compile("\"data_offsets\":\\[(\\d{1,9}),(\\d{1,9})]");
  private static final Pattern HASHES = Pattern.compile("(\"merapi\\.tensors\":\")[0-9a-f ]*\"");
  private static final Pattern INPUT =
      Pattern.compile("%\\d+: (\\S+) = input\\(\\) \\{label=\"([^\"]*)\"}");
  private static final Pattern DEFINED = Pattern.compile("(%\\d+): ([a-z0-9]+\\[[^ ]*])");
  private static final Pattern OUTPUT = Pattern.compile("output \"([^\"]*)\" = (%\\d+)");
  private static final String BEGINNING = "{\"__metadata__\":{\"merapi.sha256\":\"";
  private static final int DIGITS = 64;
  private static final String BLANK = "0".repeat(DIGITS);

  static MerapiBytes of(byte[] file) {
    int length = Math.toIntExact(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong(0));
    String header = new String(file, 8, length, StandardCharsets.UTF_8).stripTrailing();
    byte[] data = new byte[file.length - 8 - length];
    System.arraycopy(file, 8 + length, data, 0, data.length);
    return new MerapiBytes(header, data);
  }

  /// The file with its hashes computed anew.
  byte[] sealed() {
    String hashes = String.join(" ", tensorHashes());
    String text = HASHES.matcher(header).replaceFirst("$1" + hashes + "\"");
    boolean placed = text.startsWith(BEGINNING) && text.length() > BEGINNING.length() + DIGITS;
    if (placed) {
      text = BEGINNING + BLANK + text.substring(BEGINNING.length() + DIGITS);
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int start = Math.ceilDiv(8 + bytes.length, 64) * 64;
    var file = ByteBuffer.allocate(start + data.length).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(start - 8).put(bytes);
    while (file.position() < start) {
      file.put((byte) ' ');
    }
    file.put(data);
    if (placed) {
      byte[] hash = sha256(file.array(), 0, start).getBytes(StandardCharsets.US_ASCII);
      file.put(8 + BEGINNING.length(), hash);
    }
    return file.array();
  }

  private List<String> tensorHashes() {
    var hashes = new ArrayList<String>();
    OFFSETS
        .matcher(header)
        .results()
        .forEach(match -> {
          int begin = Integer.parseInt(match.group(1));
          int end = Integer.parseInt(match.group(2));
          boolean inside = begin <= end && end <= data.length;
          hashes.add(inside ? sha256(data, begin, end - begin) : BLANK);
        });
    return hashes;
  }

  private static String sha256(byte[] bytes, int start, int count) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes, start, count);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// This with another header.
  MerapiBytes with(String newHeader) {
    return new MerapiBytes(newHeader, data);
  }

  /// This with its graph text changed, and the names and types of inputs and outputs adapted.
  MerapiBytes withGraph(UnaryOperator<String> change) {
    String text = change.apply(string("merapi.graph"));
    var types = new LinkedHashMap<String, String>();
    DEFINED
        .matcher(text)
        .results()
        .forEach(each -> types.putIfAbsent(each.group(1), each.group(2)));
    var inputs = new LinkedHashMap<String, String>();
    INPUT.matcher(text).results().forEach(each -> inputs.put(each.group(2), each.group(1)));
    var outputs = new LinkedHashMap<String, String>();
    OUTPUT
        .matcher(text)
        .results()
        .forEach(each -> outputs.put(each.group(1), types.getOrDefault(each.group(2), "")));
    return with("merapi.graph", text)
        .with("merapi.inputs", object(inputs))
        .with("merapi.outputs", object(outputs));
  }

  private static String object(Map<String, String> members) {
    var text = new StringBuilder("{");
    members.forEach((key, value) ->
        text.append(text.length() == 1 ? "" : ",")
            .append(quote(key))
            .append(':')
            .append(quote(value)));
    return text.append('}').toString();
  }

  private static final Map<String, Pattern> MEMBERS =
      Stream.of("merapi.graph", "merapi.inputs", "merapi.outputs")
          .collect(Collectors.toMap(key -> key, MerapiBytes::memberPattern));

  private static Pattern memberPattern(String key) {
    return Pattern.compile("(\"" + Pattern.quote(key) + "\":)\"((?:[^\"\\\\]|\\\\.)*+)\"");
  }

  private static Pattern member(String key) {
    return Objects.requireNonNull(MEMBERS.get(key));
  }

  private String string(String key) {
    return member(key).matcher(header).results().findFirst().map(MerapiBytes::unquoted).orElse("");
  }

  private static String unquoted(MatchResult match) {
    var text = new StringBuilder();
    String quoted = match.group(2);
    for (int i = 0; i < quoted.length(); i++) {
      char c = quoted.charAt(i);
      if (c == '\\') {
        i++;
        c = quoted.charAt(i) == 'n' ? '\n' : quoted.charAt(i);
      }
      text.append(c);
    }
    return text.toString();
  }

  private MerapiBytes with(String key, String value) {
    return with(member(key).matcher(header).replaceFirst(match -> "$1" + escaped(quote(value))));
  }

  /// For a replacement of a pattern.
  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("$", "\\$");
  }

  private static String quote(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
  }
}
