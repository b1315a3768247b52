package dev.merapi.bench.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.merapi.Model;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads a safetensors file of `f32` into a model.
final class Weights {
  private Weights() {}

  static void load(Model model, Path file) {
    try {
      ByteBuffer data = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      int header = Math.toIntExact(data.getLong(0));
      JsonNode names = new ObjectMapper().readTree(data.array(), Long.BYTES, header);
      model
          .parameters()
          .forEach((name, tensor) -> {
            int from = names.get(name).get("data_offsets").get(0).asInt();
            float[] values = new float[Math.toIntExact(tensor.elements())];
            data.position(Long.BYTES + header + from);
            data.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
            tensor.copyFrom(values);
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
