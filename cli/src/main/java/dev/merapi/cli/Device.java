package dev.merapi.cli;

import dev.merapi.Backends;
import dev.merapi.CompileOptions;
import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.spi.BackendProvider;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// What a model runs on.
///
/// @param name of a backend of this build, or `auto`
record Device(String name) {
  private static final String AUTO = "auto";

  /// Reads a name in upper or lower case, and lists them for completion in a shell.
  static final class Names implements ITypeConverter<Device>, Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return names().iterator();
    }

    @Override
    public Device convert(String text) {
      String name = text.toLowerCase(Locale.ROOT);
      if (!names().contains(name)) {
        throw new TypeConversionException(
            "'%s' is none of %s%s"
                .formatted(text, String.join(", ", names()), Closest.question(text, names())));
      }
      return new Device(name);
    }
  }

  /// Those that this build has.
  private static List<String> names() {
    return Stream.concat(Stream.of(AUTO), backends().map(BackendProvider::name)).toList();
  }

  /// The reference, which explains results and serves nobody, is not offered.
  private static Stream<BackendProvider> backends() {
    return Backends.all().stream().filter(each -> each.priority() >= 0);
  }

  /// @throws MerapiException of kind `BACKEND_UNAVAILABLE` if it does not work here
  CompileOptions options() {
    if (name.equals(AUTO)) {
      return CompileOptions.best();
    }
    var answer =
        backends().filter(each -> each.name().equals(name)).findFirst().orElseThrow().probe();
    if (!answer.usable()) {
      throw MerapiException.of(Kind.BACKEND_UNAVAILABLE, "device: does not work here")
          .with("device", name)
          .with("reason", answer.description())
          .hint("--device auto takes what works; `merapi doctor` says more");
    }
    return CompileOptions.on(name);
  }
}
