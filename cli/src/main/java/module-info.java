/// The `merapi` command.
@SuppressWarnings("requires-automatic") // HdrHistogram has no module descriptor
module dev.merapi.cli {
  requires static org.jspecify;
  requires dev.merapi.runtime;
  requires dev.merapi.examples;
  requires dev.merapi.toolkit;
  requires HdrHistogram;
  requires info.picocli;
  requires jdk.management;

  uses dev.merapi.spi.ModelReader;
  uses dev.merapi.spi.ModelWriter;

  opens dev.merapi.cli to
      info.picocli;
}
