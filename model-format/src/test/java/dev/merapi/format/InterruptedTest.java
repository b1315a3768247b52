package dev.merapi.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.Model;
import dev.merapi.memory.HostTensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Threads that are interrupted save and load all the same, and stay interrupted.
class InterruptedTest {
  @TempDir private Path folder;

  @AfterEach
  void theThreadGoesOn() {
    Thread.interrupted();
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.merapi", "model.safetensors"})
  void modelsAreSavedAndTheirWeightsLoaded(String name) throws IOException {
    Model model = Models.convolutional();
    Model other = Models.regularised();
    Path file = folder.resolve(name);
    Thread.currentThread().interrupt();
    model.save(file);
    assertTrue(Thread.currentThread().isInterrupted());
    Model again = Models.convolutional();
    HostTensor first = again.parameters().values().iterator().next();
    first.copyFrom(new float[Math.toIntExact(first.elements())]);
    again.loadWeights(file);
    assertTrue(Thread.currentThread().isInterrupted());
    assertArrayEquals(weights(model), weights(again));
    Path replaced = folder.resolve("replaced.merapi");
    other.save(replaced);
    model.save(replaced);
    assertArrayEquals(weights(model), weights(Model.load(replaced)));
    var stream = new ByteArrayInputStream(Files.readAllBytes(replaced));
    assertArrayEquals(weights(model), weights(Model.load(stream)));
    assertTrue(Thread.currentThread().isInterrupted());
  }

  private static float[] weights(Model model) {
    return model.parameters().values().iterator().next().toFloats();
  }

  @Test
  void anInterruptMeanwhileBeginsTheWriteAnew() throws IOException {
    Path file = folder.resolve("f");
    int[] calls = {0};
    AtomicFile.write(
        file,
        channel -> {
          channel.write(ByteBuffer.wrap(new byte[] {1}));
          if (calls[0]++ < 2) {
            Thread.currentThread().interrupt();
          }
          channel.write(ByteBuffer.wrap(new byte[] {2}));
        });
    assertEquals(3, calls[0]);
    assertTrue(Thread.interrupted());
    assertArrayEquals(new byte[] {1, 2}, Files.readAllBytes(file));
    try (var files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void anInterruptMeanwhileOpensTheFileAgain() throws IOException {
    Path file = Files.write(folder.resolve("f"), new byte[] {1, 2});
    int[] calls = {0};
    try (var opened = new OpenedFile(file)) {
      for (int expected : new int[] {1, 2}) {
        calls[0] = 0;
        byte found =
            opened.<Byte>read(channel -> {
              var bytes = ByteBuffer.allocate(1);
              if (calls[0]++ < 2) {
                Thread.currentThread().interrupt();
              }
              channel.position(expected - 1).read(bytes);
              return bytes.get(0);
            });
        assertEquals(expected, found);
        assertTrue(Thread.interrupted());
      }
    }
  }

  @Test
  void whatTookTheNameMeanwhileIsNotReadOn() throws IOException {
    Path file = Files.write(folder.resolve("f"), new byte[] {1, 2});
    try (var opened = new OpenedFile(file)) {
      AtomicFile.write(file, channel -> channel.write(ByteBuffer.wrap(new byte[] {3, 4, 5})));
      var error =
          assertThrows(
              IOException.class,
              () ->
                  opened.read(channel -> {
                    Thread.currentThread().interrupt();
                    return channel.read(ByteBuffer.allocate(1));
                  }));
      assertTrue(error.getMessage().startsWith("the file changed while it was read"));
    }
  }
}
