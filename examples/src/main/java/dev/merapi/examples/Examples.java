package dev.merapi.examples;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.util.List;
import java.util.Locale;

/// All examples.
public final class Examples {
  private static final List<Example> ALL =
      List.of(
          new LeNet(),
          new ConvNet(),
          new Classifier(),
          new SimpleNet(),
          new Xor(),
          TableClassifier.iris(),
          TableClassifier.wine(),
          TableClassifier.breastCancer(),
          TableClassifier.digits8x8(),
          new Diabetes(),
          new MultiLabel());

  private Examples() {}

  /// All of them, in the order in which they are listed.
  public static List<Example> all() {
    return ALL;
  }

  /// The one of that name, in upper or lower case.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if there is none
  public static Example named(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return ALL.stream()
        .filter(each -> each.name().equals(lower))
        .findFirst()
        .orElseThrow(() ->
            MerapiException.of(Kind.ARGUMENT, "no such example")
                .with("name", name)
                .with("known", ALL.stream().map(Example::name).toList()));
  }
}
