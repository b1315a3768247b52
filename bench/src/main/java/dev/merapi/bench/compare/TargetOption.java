package dev.merapi.bench.compare;

import dev.merapi.KernelTarget;
import dev.merapi.MerapiException;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// The option that chooses what our kernels are made for.
final class TargetOption {
  @Option(
      names = "--target",
      paramLabel = "NAME",
      converter = Word.class,
      description = {
        "What our kernels are made for: machine, machine-avx2, vector or scalar",
        "(default: the fastest that works)."
      })
  private Optional<KernelTarget> target = Optional.empty();

  /// Reads the word for a target.
  static final class Word implements ITypeConverter<KernelTarget> {
    @Override
    public KernelTarget convert(String word) {
      try {
        return KernelTarget.of(word);
      } catch (MerapiException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /// Empty if none is asked for.
  Optional<KernelTarget> get() {
    return target;
  }
}
