package dev.merapi.format;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.DType;
import dev.merapi.graph.TensorType;
import dev.merapi.memory.HostTensor;
import dev.merapi.memory.Slab;
import dev.merapi.memory.Slot;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// An open Merapi file whose header is proved: what it says of tensors fits the file, and no byte
/// of it was changed.
///
/// @param hashes the written hash of each tensor, by name
record MerapiFile(SeekableByteChannel channel, Header header, Map<String, String> hashes) {
  private static final int ALIGNMENT = 64;

  /// The keys of version 1; another one with this beginning belongs to a version that is not known.
  private static final Set<String> KNOWN =
      Set.of(
          Keys.HASH,
          Keys.VERSION,
          Keys.GRAPH,
          Keys.TRAINING,
          Keys.INPUTS,
          Keys.OUTPUTS,
          Keys.LAYERS,
          Keys.LABELS,
          Keys.TENSORS);

  /// Whether a header is that of a Merapi file of any version.
  static boolean isMerapi(Header header) {
    return header.metadata().containsKey(Keys.VERSION);
  }

  static MerapiFile open(SeekableByteChannel channel) throws IOException {
    return of(channel, HeaderReader.read(channel, Limits.LONGEST_HEADER));
  }

  static MerapiFile of(SeekableByteChannel channel, Header header) {
    checkVersion(header);
    checkHash(header.bytes());
    if (header.start() % ALIGNMENT != 0) {
      throw broken("data is not aligned").with("start", header.start());
    }
    for (String key : header.metadata().keySet()) {
      if (key.startsWith(Keys.OWN) && !KNOWN.contains(key)) {
        throw broken("a key that version 1 does not know").with("key", key);
      }
    }
    checkOrder(header);
    return new MerapiFile(channel, header, hashes(header));
  }

  private static void checkVersion(Header header) {
    String version = header.metadata().get(Keys.VERSION);
    if (version == null) {
      throw broken("it holds tensors, but no model")
          .hint("build the network and model.loadWeights(file)");
    }
    if (!version.equals(Keys.CURRENT_VERSION)) {
      throw broken("a version that is not known")
          .with("version", version)
          .with("known", Keys.CURRENT_VERSION)
          .hint("a newer Merapi wrote it");
    }
  }

  /// Compares the hash of the header, computed with that value blank.
  private static void checkHash(byte[] bytes) {
    byte[] beginning = Keys.BEGINNING.getBytes(StandardCharsets.US_ASCII);
    int end = Keys.HASH_AT + Sha256.DIGITS;
    boolean inPlace =
        bytes.length > end
            && bytes[end] == '"'
            && Arrays.equals(bytes, Header.PREFIX, Keys.HASH_AT, beginning, 0, beginning.length);
    if (!inPlace) {
      throw broken("the hash of the header is not in its place")
          .hint("the file was written by another program, or damaged");
    }
    String written = new String(bytes, Keys.HASH_AT, Sha256.DIGITS, StandardCharsets.ISO_8859_1);
    Hash digest = Sha256.of(bytes.length);
    digest.update(bytes, 0, Keys.HASH_AT);
    digest.update(Sha256.BLANK.getBytes(StandardCharsets.US_ASCII), 0, Sha256.DIGITS);
    digest.update(bytes, end, bytes.length - end);
    compare("header", written, digest.digest());
  }

  private static void compare(String what, String written, byte[] found) {
    if (!Sha256.text(found).equals(written)) {
      throw broken("it was changed after it was written, or damaged")
          .with("part", what)
          .with("sha256 written", written)
          .with("sha256 found", Sha256.text(found));
    }
  }

  /// Tensors stand in the order of their data, those of large elements first.
  private static void checkOrder(Header header) {
    long at = 0;
    int bytes = Integer.MAX_VALUE;
    for (StoredTensor tensor : header.tensors().values()) {
      if (tensor.begin() != at || tensor.type().bytes() > bytes) {
        throw broken("tensors are not in order").with("tensor", tensor.name());
      }
      at = tensor.end();
      bytes = tensor.type().bytes();
    }
  }

  private static Map<String, String> hashes(Header header) {
    String text = string(header, Keys.TENSORS);
    int count = header.tensors().size();
    if (text.length() != Math.max(0, count * (Sha256.DIGITS + 1L) - 1)) {
      throw broken("number of hashes differs from that of the tensors").with("tensors", count);
    }
    var hashes = new LinkedHashMap<String, String>();
    int at = 0;
    for (String name : header.tensors().keySet()) {
      hashes.put(name, text.substring(at, at + Sha256.DIGITS));
      at += Sha256.DIGITS + 1;
    }
    return hashes;
  }

  /// A string that must be there.
  String string(String key) {
    return string(header, key);
  }

  private static String string(Header header, String key) {
    String value = header.metadata().get(key);
    if (value == null) {
      throw broken("a string is missing").with("key", key);
    }
    return value;
  }

  /// The types of the tensors in memory.
  Map<String, TensorType> types() {
    var types = new LinkedHashMap<String, TensorType>();
    header.tensors().forEach((name, tensor) -> types.put(name, type(tensor)));
    return types;
  }

  private static TensorType type(StoredTensor tensor) {
    for (DType type : DType.values()) {
      if (tensor.type().stores(type)) {
        return new TensorType(type, tensor.shape());
      }
    }
    throw broken("an element type that version 1 does not know")
        .with("tensor", tensor.name())
        .with("type", tensor.type());
  }

  /// Reads all tensors into one block of memory, and compares their hashes. Nothing is allocated
  /// for more than the file has: each was compared with it.
  Map<String, HostTensor> tensors() throws IOException {
    long total = 0;
    for (TensorType type : types().values()) {
      total += aligned(type.bytes());
    }
    Slab slab = Slab.collected(total);
    var reader = new TensorReader(channel, header.start());
    var tensors = new LinkedHashMap<String, HostTensor>();
    long at = 0;
    for (StoredTensor stored : header.tensors().values()) {
      TensorType type = type(stored);
      var slot = new Slot(at, type.bytes());
      var memory = slab.segment().asSlice(at, type.bytes());
      byte[] hash = reader.read(stored, type.dtype(), memory);
      check(stored.name(), hash);
      tensors.put(stored.name(), slab.view(stored.name(), type, slot));
      at += aligned(type.bytes());
    }
    return tensors;
  }

  /// Compares the hash of a tensor that was read.
  void check(String name, byte[] hash) {
    compare(name, hashes.getOrDefault(name, "none"), hash);
  }

  private static long aligned(long bytes) {
    return Math.ceilDiv(bytes, Slab.ALIGNMENT) * Slab.ALIGNMENT;
  }

  static MerapiException broken(String what) {
    return MerapiException.of(Kind.FORMAT, "merapi file: " + what);
  }
}
