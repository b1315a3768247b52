/// The `merapi` command.
module dev.merapi.cli {
  requires static org.jspecify;
  requires dev.merapi.runtime;
  requires dev.merapi.examples;
  requires info.picocli;

  uses dev.merapi.spi.BackendProvider;

  opens dev.merapi.cli to
      info.picocli;
}
