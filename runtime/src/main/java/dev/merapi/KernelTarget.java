package dev.merapi;

import dev.merapi.MerapiException.Kind;
import java.util.Arrays;
import java.util.Locale;

/// What a backend makes kernels for. All give the same bits; where one cannot be had, the next
/// serves, and [CompiledModel#diagnostics()] says so.
public enum KernelTarget {
  /// Machine code for all that the processor has. It has its full speed from the first run on.
  MACHINE,
  /// Machine code for AVX2 and FMA, whatever else an x86-64 processor has.
  MACHINE_AVX2,
  /// Classes of the Vector API, which a warm-up brings to their full speed.
  VECTOR,
  /// Plain bytecode: no vectors, no warm-up.
  SCALAR;

  /// The word for it in options and properties, such as `machine-avx2`.
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// The target of a word.
  ///
  /// @throws MerapiException of kind `ARGUMENT` for another one
  public static KernelTarget of(String word) {
    return Arrays.stream(values())
        .filter(each -> each.word().equals(word))
        .findFirst()
        .orElseThrow(() ->
            MerapiException.of(Kind.ARGUMENT, "unknown target of kernels")
                .with("target", word)
                .with("known", Arrays.stream(values()).map(KernelTarget::word).toList()));
  }
}
