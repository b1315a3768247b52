package dev.merapi.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Options that count something: whole numbers from 1.
final class Positive implements ITypeConverter<Integer> {
  @Override
  public Integer convert(String text) {
    try {
      int value = Integer.parseInt(text);
      if (value > 0) {
        return value;
      }
    } catch (NumberFormatException _) {
      if (text.matches("[1-9][0-9]{9,}")) {
        throw new TypeConversionException("'" + text + "' is more than " + Integer.MAX_VALUE);
      }
    }
    throw new TypeConversionException("'" + text + "' is not a whole number from 1");
  }
}
