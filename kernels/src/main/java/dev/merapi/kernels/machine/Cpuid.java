package dev.merapi.kernels.machine;

/// What a processor says of itself.
interface Cpuid {
  /// The instruction CPUID.
  ///
  /// @return `eax`, `ebx`, `ecx`, `edx`
  int[] ask(int leaf, int subleaf);

  /// The register XCR0: what the operating system saves. Only where CPUID says OSXSAVE.
  long xcr0();
}
