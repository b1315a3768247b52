package dev.merapi.format;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.memory.HostTensor;
import dev.merapi.memory.Slab;
import dev.merapi.memory.Slot;
import dev.merapi.spi.WeightsReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads the tensors of safetensors files, and the parameters of Merapi files, which are such.
public final class SafetensorsReader implements WeightsReader {
  @Override
  public List<String> endings() {
    return List.of(".safetensors", ".merapi");
  }

  @Override
  public Weights open(Path file) {
    try {
      var opened = new OpenedFile(file);
      try {
        return opened.read(channel -> OpenFile.of(file, opened, channel));
      } catch (IOException | RuntimeException | Error e) {
        opened.close();
        throw e;
      }
    } catch (MerapiException e) {
      throw MerapiReader.refused(file, e);
    } catch (OutOfMemoryError e) {
      throw MerapiReader.tooLarge(file, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// @param shapes of what may be read
  /// @param merapi the same file, if it is one of Merapi's own, with hashes
  private record OpenFile(
      Path file,
      OpenedFile opened,
      Header header,
      Map<String, Shape> shapes,
      Optional<MerapiFile> merapi)
      implements Weights {
    static OpenFile of(Path file, OpenedFile opened, FileChannel channel) throws IOException {
      Header header = HeaderReader.read(channel, Limits.LONGEST_PLAIN_HEADER);
      Optional<MerapiFile> merapi =
          MerapiFile.isMerapi(header)
              ? Optional.of(MerapiFile.of(channel, header))
              : Optional.empty();
      var shapes = new LinkedHashMap<String, Shape>();
      header
          .tensors()
          .forEach((name, tensor) -> {
            if (merapi.isEmpty() || !name.startsWith(Keys.OWN)) {
              shapes.put(name, tensor.shape());
            }
          });
      return new OpenFile(file, opened, header, shapes, merapi);
    }

    @Override
    public HostTensor read(String name, TensorType type) {
      StoredTensor stored = header.tensors().get(name);
      if (stored == null || stored.elements() != type.shape().elements()) {
        throw MerapiException.of(Kind.ARGUMENT, "safetensors: no such tensor")
            .with("name", name)
            .with("type", type)
            .with("file", file);
      }
      Slab slab = Slab.collected(type.bytes());
      try {
        byte[] hash =
            opened.read(channel -> {
              var reader = new TensorReader(channel, header.start());
              return reader.read(stored, type.dtype(), slab.segment());
            });
        merapi.ifPresent(each -> each.check(name, hash));
      } catch (MerapiException e) {
        throw MerapiReader.refused(file, e);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return slab.view(name, type, new Slot(0, type.bytes()));
    }

    @Override
    public void close() {
      try {
        opened.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
