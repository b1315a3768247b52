package dev.merapi.tests;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Damages Merapi files at random.
final class FileMutator {
  /// A damaged file.
  ///
  /// @param sealed whether its hashes are right
  record Mutant(byte[] bytes, boolean sealed) {}

  private static final Pattern NUMBER = Pattern.compile("(?<![\\w.#])\\d{1,18}(?![\\w.])");
  private static final String PIECES = "%0123456789,:;=()[]{}\"\\$@#.+-*xNiaf \n\u0001é";
  private static final List<String> NUMBERS =
      List.of(
          "0",
          "1",
          "2",
          "3",
          "7",
          "64",
          "255",
          "-1",
          "1e9",
          "01",
          "2147483647",
          "2147483648",
          "4294967296",
          "4611686018427387904",
          "9223372036854775807",
          "9223372036854775808",
          "18446744073709551616",
          "99999999999999999999999",
          "N",
          "N*N",
          "1.5",
          "65536",
          "1000000");
  private static final List<String> WORDS =
      List.of(
          "f32",
          "i32",
          "bool",
          "map",
          "let a = ",
          "neg(",
          "exp($0:f32)",
          "f32[N,N,N]",
          "[]",
          "floordiv(N,2)",
          "min(N,3)",
          "9223372036854775807",
          "f32[4611686018427387904,4]",
          "f32[2147483647,2147483647,2147483647]",
          "output ",
          "store ",
          "nan#7fc00001",
          "-inf",
          "axis=",
          "%0",
          "%1",
          "%2",
          "true",
          "conv.data",
          "N+M+1",
          "role=buffer",
          "graph \"g\" {",
          "}",
          "monoid=max",
          "monoid=sum",
          "merapi.const.0",
          "merapi.state.x");

  private final Random random;

  FileMutator(Random random) {
    this.random = random;
  }

  Mutant mutant(byte[] file, List<byte[]> others) {
    return switch (random.nextInt(10)) {
      case 0, 1 -> mixed(damaged(file, others), others);
      case 2 -> new Mutant(withLyingLength(file), false);
      case 3 -> new Mutant(withHeader(file).sealed(), true);
      case 4 -> new Mutant(withNumbers(file).sealed(), true);
      case 5 -> new Mutant(withData(file).sealed(), true);
      default -> new Mutant(withGraph(file, others).sealed(), true);
    };
  }

  /// What was mixed may be another whole file.
  private static Mutant mixed(byte[] bytes, List<byte[]> others) {
    return new Mutant(bytes, others.stream().anyMatch(each -> Arrays.equals(each, bytes)));
  }

  private int upTo(int bound) {
    return random.nextInt(Math.max(1, bound));
  }

  private <T> T any(List<T> items) {
    return items.get(random.nextInt(items.size()));
  }

  /// Bytes changed, bits turned, cut off, added, moved, mixed with another file.
  private byte[] damaged(byte[] file, List<byte[]> others) {
    byte[] bytes = file.clone();
    int at = upTo(bytes.length);
    int count = 1 + upTo(Math.min(64, bytes.length - at));
    switch (random.nextInt(8)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt();
      case 2 -> bytes = Arrays.copyOf(bytes, at);
      case 3 -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + upTo(200));
      case 4 -> Arrays.fill(bytes, at, at + count, (byte) random.nextInt());
      case 5 -> {
        int to = upTo(bytes.length - count);
        System.arraycopy(file, at, bytes, to, count);
      }
      case 6 -> {
        byte[] other = any(others);
        System.arraycopy(other, 0, bytes, 0, Math.min(at, other.length - 1));
      }
      default -> {
        for (int i = random.nextInt(1, 10); i > 0; i--) {
          bytes[upTo(bytes.length)] = (byte) random.nextInt();
        }
      }
    }
    return bytes;
  }

  private byte[] withLyingLength(byte[] file) {
    byte[] bytes = file.clone();
    var buffer = java.nio.ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    long length = buffer.getLong(0);
    long lie =
        switch (random.nextInt(6)) {
          case 0 -> random.nextLong();
          case 1 -> length + random.nextInt(-64, 65);
          case 2 -> bytes.length - 8L;
          case 3 -> Long.MIN_VALUE | length;
          case 4 -> 1L << random.nextInt(63);
          default -> random.nextInt(16);
        };
    buffer.putLong(0, lie);
    return bytes;
  }

  /// Damage to the JSON text: keys twice, deep nesting, offsets exchanged, pieces that do not
  /// belong.
  private MerapiBytes withHeader(byte[] file) {
    MerapiBytes parts = MerapiBytes.of(file);
    String header = parts.header();
    int at = upTo(header.length());
    int to = Math.min(header.length(), at + 1 + upTo(80));
    String piece = header.substring(at, to);
    String open = any(List.of("[", "{\"a\":", "[[1],", "{\"dtype\":"));
    String changed =
        switch (random.nextInt(8)) {
          case 0 -> header.substring(0, at) + piece + header.substring(at);
          case 1 -> header.substring(0, at) + header.substring(to);
          case 2 -> header.substring(0, at) + open.repeat(1 + upTo(5000)) + header.substring(at);
          case 3 -> twice(header);
          case 4 -> exchanged(header);
          case 5 ->
              header.substring(0, at) + PIECES.charAt(upTo(PIECES.length())) + header.substring(to);
          case 6 ->
              header.replaceFirst(
                  "\"(F32|I32|BOOL)\"",
                  any(List.of("\"F64\"", "\"I8\"", "\"I32\"", "\"BOOL\"", "7")));
          default ->
              header.substring(0, header.length() - 1)
                  + ",\"z\":{\"dtype\":\"F32\",\"shape\":["
                  + any(NUMBERS)
                  + "],\"data_offsets\":["
                  + any(NUMBERS)
                  + ","
                  + any(NUMBERS)
                  + "]}}";
        };
    return parts.with(changed);
  }

  /// Repeats a member of the object.
  private String twice(String header) {
    int from = header.indexOf('"', upTo(header.length()));
    int to = from < 0 ? -1 : header.indexOf(",\"", from);
    return to < 0
        ? header + header
        : header.substring(0, to) + "," + header.substring(from, to) + header.substring(to);
  }

  /// Exchanges two numbers of the text.
  private String exchanged(String header) {
    List<MatchResult> numbers = NUMBER.matcher(header).results().toList();
    if (numbers.size() < 2) {
      return header;
    }
    String a = any(numbers).group();
    String b = any(numbers).group();
    return NUMBER
        .matcher(header)
        .replaceAll(
            match -> match.group().equals(a) ? b : match.group().equals(b) ? a : match.group());
  }

  /// A number of the text is another one, once or everywhere.
  private MerapiBytes withNumbers(byte[] file) {
    MerapiBytes parts = MerapiBytes.of(file);
    if (random.nextInt(4) == 0) {
      return parts.with(exchanged(parts.header()));
    }
    return parts.with(renumbered(parts.header()));
  }

  private String renumbered(String text) {
    List<MatchResult> numbers = NUMBER.matcher(text).results().toList();
    if (numbers.isEmpty()) {
      return text;
    }
    MatchResult chosen = any(numbers);
    String other = any(NUMBERS);
    if (random.nextBoolean()) {
      return text.substring(0, chosen.start()) + other + text.substring(chosen.end());
    }
    return NUMBER
        .matcher(text)
        .replaceAll(match -> match.group().equals(chosen.group()) ? other : match.group());
  }

  private MerapiBytes withData(byte[] file) {
    MerapiBytes parts = MerapiBytes.of(file);
    byte[] data = parts.data().clone();
    for (int i = random.nextInt(1, 9); i > 0 && data.length > 0; i--) {
      data[upTo(data.length)] = (byte) random.nextInt();
    }
    int length = random.nextInt(8) == 0 ? upTo(2 * data.length + 2) : data.length;
    return new MerapiBytes(parts.header(), Arrays.copyOf(data, length));
  }

  private MerapiBytes withGraph(byte[] file, List<byte[]> others) {
    return MerapiBytes.of(file)
        .withGraph(text -> {
          String changed = text;
          for (int i = random.nextInt(1, 4); i > 0; i--) {
            changed = damagedText(changed, others);
          }
          return changed;
        });
  }

  private String damagedText(String text, List<byte[]> others) {
    int at = upTo(text.length());
    int to = Math.min(text.length(), at + random.nextInt(1, 12));
    String before = text.substring(0, at);
    return switch (random.nextInt(9)) {
      case 0 -> before + PIECES.charAt(upTo(PIECES.length())) + text.substring(at);
      case 1 -> before + text.substring(to);
      case 2 -> before + any(WORDS) + text.substring(random.nextBoolean() ? at : to);
      case 3 -> before + text.substring(at, to).repeat(random.nextInt(2, 400)) + text.substring(to);
      case 4 ->
          before
              + any(List.of("neg(", "floordiv(", "[", "{", "(N*", "min(N,"))
                  .repeat(random.nextInt(2, 2000))
              + text.substring(at);
      case 5, 6 -> renumbered(text);
      case 7 -> exchanged(text);
      default -> lines(text, others);
    };
  }

  /// Lines exchanged, repeated or taken from another file.
  private String lines(String text, List<byte[]> others) {
    var lines = new ArrayList<>(text.lines().toList());
    int at = upTo(lines.size());
    switch (random.nextInt(4)) {
      case 0 -> lines.add(at, any(lines));
      case 1 -> lines.remove(at);
      case 2 -> lines.set(at, any(lines));
      default -> {
        String other =
            MerapiBytes.of(any(others)).header().replace("\\n", "\n").replace("\\\"", "\"");
        lines.set(at, any(other.lines().toList()));
      }
    }
    return String.join("\n", lines) + "\n";
  }
}
