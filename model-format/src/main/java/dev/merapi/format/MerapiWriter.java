package dev.merapi.format;

import dev.merapi.MerapiException;
import dev.merapi.Trace;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphParser;
import dev.merapi.graph.GraphPrinter;
import dev.merapi.graph.Literal;
import dev.merapi.memory.HostTensor;
import dev.merapi.spi.ModelContents;
import dev.merapi.spi.ModelWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Writes Merapi files of version 1. Equal models give equal bytes.
public final class MerapiWriter implements ModelWriter {
  /// The strings that are added last: the hashes of header and tensors.
  private static final int HASHES = 2;

  @Override
  public List<String> endings() {
    return List.of(".merapi");
  }

  @Override
  public void write(Path file, ModelContents contents) {
    var constants = new Constants();
    Map<String, String> metadata = metadata(contents, constants);
    List<HostTensor> tensors = tensors(contents, constants.extracted());
    byte[] header = header(metadata, tensors, List.of());
    AtomicFile.write(file, channel -> write(channel, header.length, metadata, tensors));
  }

  /// Data first, as their hashes stand in the header; its length does not depend on them.
  private static void write(
      SeekableByteChannel channel,
      int start,
      Map<String, String> metadata,
      List<HostTensor> tensors)
      throws IOException {
    channel.position(start);
    var writer = new TensorWriter(channel);
    var hashes = new ArrayList<String>();
    for (HostTensor tensor : tensors) {
      hashes.add(Sha256.text(writer.write(tensor)));
    }
    byte[] header = header(metadata, tensors, hashes);
    byte[] hash = Sha256.text(Sha256.digest().digest(header)).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(hash, 0, header, Keys.HASH_AT, hash.length);
    channel.position(0);
    TensorWriter.writeFully(channel, ByteBuffer.wrap(header));
  }

  /// The header with a blank instead of its own hash.
  ///
  /// @param hashes of the tensors; blanks if there are none yet
  private static byte[] header(
      Map<String, String> metadata, List<HostTensor> tensors, List<String> hashes) {
    var all = new LinkedHashMap<String, String>();
    all.put(Keys.HASH, Sha256.BLANK);
    all.putAll(metadata);
    all.put(
        Keys.TENSORS,
        String.join(
            " ", hashes.isEmpty() ? Collections.nCopies(tensors.size(), Sha256.BLANK) : hashes));
    byte[] header = HeaderText.bytes(all, tensors);
    WriteChecks.header(header, Limits.LONGEST_HEADER);
    return header;
  }

  private static Map<String, String> metadata(ModelContents contents, Constants constants) {
    var metadata = new LinkedHashMap<String, String>();
    metadata.put(Keys.VERSION, Keys.CURRENT_VERSION);
    String graph = text(contents.graph(), constants);
    String training = text(contents.trainingGraph(), constants);
    metadata.put(Keys.GRAPH, graph);
    if (!training.equals(graph)) {
      metadata.put(Keys.TRAINING, training);
    }
    metadata.put(Keys.INPUTS, Signature.inputs(contents.graph()).text());
    metadata.put(Keys.OUTPUTS, Signature.outputs(contents.graph()).text());
    metadata.put(Keys.LAYERS, layers(contents.layers()));
    if (!contents.labels().isEmpty()) {
      metadata.put(Keys.LABELS, Json.array(contents.labels()));
    }
    new TreeMap<>(contents.metadata())
        .forEach((key, value) -> {
          WriteChecks.name(key);
          metadata.put(key, value);
        });
    metadata.values().forEach(WriteChecks::string);
    WriteChecks.count("strings", metadata.size() + HASHES, Limits.MOST_MEMBERS);
    WriteChecks.count("layers", contents.layers().size(), Limits.MOST_LAYERS);
    WriteChecks.count("labels", contents.labels().size(), Limits.MOST_LABELS);
    return metadata;
  }

  /// The text of a graph with its values numbered in order. Reading it back now is the proof that
  /// it can be read later.
  private static String text(Graph graph, Constants constants) {
    String text = GraphPrinter.print(constants.extract(graph));
    try {
      return GraphPrinter.print(GraphParser.parse(text));
    } catch (MerapiException e) {
      throw MerapiException.of(e.kind(), "model file: the graph cannot be stored")
          .with("reason", e.getMessage())
          .causedBy(e);
    }
  }

  private static String layers(List<Trace.Layer> layers) {
    return layers.stream()
        .map(layer -> Json.array(List.of(layer.name(), layer.kind(), layer.output().toString())))
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static List<HostTensor> tensors(ModelContents contents, Map<String, Literal> constants) {
    var tensors = new LinkedHashMap<String, HostTensor>();
    contents
        .parameters()
        .forEach((name, tensor) -> {
          WriteChecks.name(name);
          put(tensors, name, tensor);
        });
    constants.forEach((name, literal) -> {
      var tensor = HostTensor.allocate(name, literal.type());
      tensor.copyFrom(literal);
      put(tensors, name, tensor);
    });
    contents.state().forEach((name, tensor) -> put(tensors, name, tensor));
    WriteChecks.tensors(tensors.values());
    return HeaderText.ordered(tensors.values());
  }

  private static void put(Map<String, HostTensor> tensors, String name, HostTensor tensor) {
    WriteChecks.tensor(name, tensor);
    tensors.put(name, tensor);
  }
}
