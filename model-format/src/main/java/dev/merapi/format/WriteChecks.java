package dev.merapi.format;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.memory.HostTensor;
import java.util.Collection;

/// Refuses what could not be read again, before the file that is there is touched.
final class WriteChecks {
  private WriteChecks() {}

  /// Checks a name that the user gave: of a parameter, or of a string.
  static void name(String name) {
    if (name.startsWith(Keys.OWN) || name.equals(Header.METADATA)) {
      throw MerapiException.of(Kind.ARGUMENT, "model file: a name is reserved")
          .with("name", name)
          .hint("names of parameters and strings do not begin with " + Keys.OWN);
    }
    string(name);
  }

  /// Checks that a string has a form in UTF-8.
  static void string(String text) {
    if (!Json.isPaired(text)) {
      throw MerapiException.of(Kind.ARGUMENT, "model file: half a surrogate pair in a string")
          .with("string", text);
    }
  }

  /// Checks a tensor by the name under which it is listed.
  static void tensor(String name, HostTensor tensor) {
    string(name);
    if (!tensor.name().equals(name)) {
      throw MerapiException.of(Kind.ARGUMENT, "model file: a tensor has another name")
          .with("name", tensor.name())
          .with("listed as", name);
    }
    count("axes of " + name, tensor.shape().rank(), Limits.HIGHEST_RANK);
  }

  /// Checks the number of tensors and of their sizes.
  static void tensors(Collection<HostTensor> tensors) {
    count("tensors", tensors.size(), Limits.MOST_MEMBERS);
    long sizes = tensors.stream().mapToLong(each -> each.shape().rank()).sum();
    count("sizes of tensors", sizes, Limits.MOST_SIZES);
  }

  /// Checks a number of things.
  static void count(String what, long count, long most) {
    if (count > most) {
      throw MerapiException.of(Kind.ARGUMENT, "model file: too many " + what)
          .with("count", count)
          .with("limit", most);
    }
  }

  /// Checks the length of a header.
  ///
  /// @param header with the length before it
  static void header(byte[] header, int longest) {
    if (header.length - Header.PREFIX > longest) {
      throw MerapiException.of(Kind.ARGUMENT, "model file: the header becomes too long")
          .with("bytes", header.length)
          .with("limit", longest)
          .hint("a graph of so many nodes or strings of such a length cannot be stored");
    }
  }
}
