package dev.merapi.bench.fresh;

import java.util.Arrays;
import java.util.stream.Collectors;

/// Numbers that a fresh JVM tells the one that started it, in a line among others.
final class Figures {
  private static final String START = "figures ";

  private Figures() {}

  static void print(long... numbers) {
    System.out.println(line(numbers));
  }

  static String line(long... numbers) {
    return START + Arrays.stream(numbers).mapToObj(Long::toString).collect(Collectors.joining(" "));
  }

  /// @param out all that was printed
  /// @throws IllegalArgumentException if there is no such line
  static long[] parse(String out) {
    String line =
        out.lines()
            .filter(each -> each.startsWith(START))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("fresh: no figures: text=" + out));
    return Arrays.stream(line.substring(START.length()).split(" "))
        .mapToLong(Long::parseLong)
        .toArray();
  }
}
