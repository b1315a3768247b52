package dev.merapi.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// The networks that `merapi train` knows.
enum Trainable {
  LENET;

  /// Finds one by its name, in upper or lower case.
  static final class Converter implements ITypeConverter<Trainable> {
    @Override
    public Trainable convert(String name) {
      return Arrays.stream(values())
          .filter(each -> each.name().equalsIgnoreCase(name))
          .findFirst()
          .orElseThrow(() ->
              new TypeConversionException("no such network: '" + name + "'; known: " + names()));
    }

    private static String names() {
      return Arrays.stream(values())
          .map(each -> each.name().toLowerCase(Locale.ROOT))
          .collect(Collectors.joining(", "));
    }
  }
}
