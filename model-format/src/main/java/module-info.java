/// Model files: Merapi's own format and safetensors. Reading trusts nothing that a file says.
module dev.merapi.format {
  requires static org.jspecify;
  requires transitive dev.merapi.runtime;
}
