/// Model files: Merapi's own format and safetensors. Reading trusts nothing that a file says.
module dev.merapi.format {
  requires static org.jspecify;
  requires transitive dev.merapi.runtime;

  provides dev.merapi.spi.ModelReader with
      dev.merapi.format.MerapiReader;
  provides dev.merapi.spi.ModelWriter with
      dev.merapi.format.MerapiWriter,
      dev.merapi.format.SafetensorsWriter;
  provides dev.merapi.spi.WeightsReader with
      dev.merapi.format.SafetensorsReader;
}
