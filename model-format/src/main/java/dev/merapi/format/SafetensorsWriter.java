package dev.merapi.format;

import dev.merapi.memory.HostTensor;
import dev.merapi.spi.ModelContents;
import dev.merapi.spi.ModelWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Writes the parameters of a model, and nothing else of it, as plain safetensors: what other
/// frameworks load as a `state_dict`.
public final class SafetensorsWriter implements ModelWriter {
  @Override
  public List<String> endings() {
    return List.of(".safetensors");
  }

  @Override
  public void write(Path file, ModelContents contents) {
    contents
        .parameters()
        .forEach((name, tensor) -> {
          WriteChecks.name(name);
          WriteChecks.tensor(name, tensor);
        });
    WriteChecks.tensors(contents.parameters().values());
    List<HostTensor> tensors = HeaderText.ordered(contents.parameters().values());
    byte[] header = HeaderText.bytes(Map.of(), tensors);
    WriteChecks.header(header, Limits.LONGEST_PLAIN_HEADER);
    AtomicFile.write(
        file,
        channel -> {
          TensorWriter.writeFully(channel, ByteBuffer.wrap(header));
          var writer = new TensorWriter(channel);
          for (HostTensor tensor : tensors) {
            writer.write(tensor);
          }
        });
  }
}
