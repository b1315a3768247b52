package dev.merapi.cli;

import dev.merapi.CompileOptions;
import dev.merapi.KernelTarget;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// The option that chooses what kernels are made for.
@Command
final class TargetName {
  @Option(
      names = "--target",
      paramLabel = "NAME",
      converter = Names.class,
      completionCandidates = Names.class,
      description = {
        "What kernels are made for: ${COMPLETION-CANDIDATES}; results do not depend on it",
        "(default: the fastest that works)."
      })
  private Optional<KernelTarget> target = Optional.empty();

  /// Reads a name, and lists them for completion in a shell.
  static final class Names implements ITypeConverter<KernelTarget>, Iterable<String> {
    private static final List<String> ALL =
        Arrays.stream(KernelTarget.values()).map(KernelTarget::word).toList();

    @Override
    public Iterator<String> iterator() {
      return ALL.iterator();
    }

    @Override
    public KernelTarget convert(String text) {
      if (!ALL.contains(text)) {
        throw new TypeConversionException(
            "'%s' is none of %s%s"
                .formatted(text, String.join(", ", ALL), Closest.question(text, ALL)));
      }
      return KernelTarget.of(text);
    }
  }

  boolean isGiven() {
    return target.isPresent();
  }

  /// The options with the target that was asked for, if any was.
  CompileOptions of(CompileOptions options) {
    return target.map(options::target).orElse(options);
  }
}
