/// Small complete programs, and the data they use.
module dev.merapi.examples {
  requires static org.jspecify;
  requires transitive dev.merapi.runtime;

  exports dev.merapi.examples;
}
