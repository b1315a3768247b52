package dev.merapi.examples;

import dev.merapi.CompileOptions;
import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.RandomKey;
import dev.merapi.train.FitOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// How to train an [Example].
///
/// @param epochs how often each row is seen
/// @param batch rows of one step
/// @param seed decides first weights, the order of the rows and all else that is random
/// @param options backend and threads
/// @param data the folder to read data from; empty for the bundled ones
/// @param more listeners, checkpoints and the like, for `fit`
/// @param notes hears a line now and then of what takes long besides `fit`
public record Settings(
    int epochs,
    int batch,
    long seed,
    CompileOptions options,
    Optional<Path> data,
    List<FitOption> more,
    Consumer<String> notes) {
  public Settings {
    more = List.copyOf(more);
  }

  /// Settings whose notes nobody hears.
  public Settings(
      int epochs,
      int batch,
      long seed,
      CompileOptions options,
      Optional<Path> data,
      List<FitOption> more) {
    this(epochs, batch, seed, options, data, more, _ -> {});
  }

  /// An example's defaults, with bundled data on the best backend that works here.
  public static Settings of(Example example, long seed) {
    Defaults usual = example.defaults();
    return new Settings(
        usual.epochs(), usual.batch(), seed, CompileOptions.best(), Optional.empty(), List.of());
  }

  /// With another number of epochs.
  public Settings epochs(int count) {
    return new Settings(count, batch, seed, options, data, more, notes);
  }

  /// With another backend, or more threads.
  public Settings on(CompileOptions others) {
    return new Settings(epochs, batch, seed, others, data, more, notes);
  }

  /// With more options for `fit`.
  public Settings with(FitOption... others) {
    return new Settings(
        epochs,
        batch,
        seed,
        options,
        data,
        Stream.concat(more.stream(), Stream.of(others)).toList(),
        notes);
  }

  /// For an example that has only its own data.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if it is to read others
  void bundledOnly(Example example) {
    data.ifPresent(folder -> {
      throw MerapiException.of(
              Kind.ARGUMENT, "example: its data are bundled, and no others can be read")
          .with("example", example.name())
          .with("data", folder);
    });
  }

  /// What everything that is random comes from.
  RandomKey key() {
    return RandomKey.of(seed);
  }

  /// The options for `fit`: these settings, what the example itself wants, and last what was asked
  /// for.
  FitOption[] fitOptions(FitOption... own) {
    Stream<FitOption> usual =
        Stream.of(
            FitOption.epochs(epochs),
            FitOption.batch(batch),
            FitOption.shuffle(key().split("shuffle")));
    return Stream.of(usual, Stream.of(own), more.stream())
        .flatMap(each -> each)
        .toArray(FitOption[]::new);
  }
}
