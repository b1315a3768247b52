/// The CPU backend: kernels made at run time, as machine code or as Java classes.
module dev.merapi.kernels {
  requires static org.jspecify;
  requires transitive dev.merapi.runtime;
  requires static jdk.incubator.vector; // machine code does without
  requires jdk.management;

  exports dev.merapi.kernels;

  provides dev.merapi.spi.BackendProvider with
      dev.merapi.kernels.CpuBackendProvider;
}
