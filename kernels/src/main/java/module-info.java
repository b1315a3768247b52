/// The CPU backend: kernels generated at run time and written by hand, all on the Vector API.
module dev.merapi.kernels {
  requires static org.jspecify;
  requires transitive dev.merapi.runtime;
  requires jdk.incubator.vector;
  requires jdk.management;

  exports dev.merapi.kernels;

  provides dev.merapi.spi.BackendProvider with
      dev.merapi.kernels.CpuBackendProvider;
}
