/// Everything that a program needs to train and serve models: one `requires dev.merapi` or one
/// Maven dependency.
module dev.merapi {
  requires transitive dev.merapi.runtime;
  requires dev.merapi.kernels;
  requires transitive dev.merapi.format;
}
