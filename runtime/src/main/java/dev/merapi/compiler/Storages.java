package dev.merapi.compiler;

import dev.merapi.graph.DType;
import dev.merapi.graph.Literal;
import dev.merapi.graph.Node;
import dev.merapi.graph.Source;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.graph.View;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.Buffer.Space;
import dev.merapi.spi.LoopNest;
import dev.merapi.spi.Region;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Knows for each value where its elements are, and makes the buffers.
///
/// Views are followed to what they look at. One that is not affine there is copied by a kernel of
/// its own, handed to `emit` before the kernel that reads it.
final class Storages {
  private final Map<Value, Node> producers;
  private final Set<Value> stored;
  private final List<Region> emitted;
  private final Map<Value, Storage> known = new HashMap<>();
  private final List<Buffer> buffers = new ArrayList<>();
  private final Map<Buffer, Literal> constants = new LinkedHashMap<>();

  /// @param stored the results of kernels that are needed in memory
  /// @param emitted where copies are appended
  Storages(Map<Value, Node> producers, Set<Value> stored, List<Region> emitted) {
    this.producers = producers;
    this.stored = stored;
    this.emitted = emitted;
  }

  List<Buffer> buffers() {
    return buffers;
  }

  Map<Buffer, Literal> constants() {
    return constants;
  }

  /// Whether a kernel must write this result to memory.
  boolean isStored(Value value) {
    return stored.contains(value);
  }

  Buffer newBuffer(String label, TensorType type, Space space) {
    var buffer = new Buffer(buffers.size(), label, type, space);
    buffers.add(buffer);
    return buffer;
  }

  /// Says where a kernel writes a result.
  void place(Value value, Buffer buffer) {
    known.put(value, new Storage.Stored(buffer, Strided.rowMajor(value.shape())));
  }

  /// Where a kernel writes a result.
  Storage.Stored target(Value value) {
    if (known.get(value) instanceof Storage.Stored target) {
      return target;
    }
    throw new IllegalStateException("no place for " + value);
  }

  /// Where a value is read.
  Storage of(Value value) {
    var views = new ArrayDeque<Value>(); // of each other: there may be any number
    Value at = value;
    while (!known.containsKey(at) && producer(at).op() instanceof View) {
      views.push(at);
      at = producer(at).operands().getFirst();
    }
    Storage storage = known.get(at);
    if (storage == null) {
      storage = source(at);
      known.put(at, storage);
    }
    for (Value each : views) {
      Node node = producer(each);
      storage = view((View) node.op(), node.operands().getFirst(), storage, each);
      known.put(each, storage);
    }
    return storage;
  }

  private Node producer(Value value) {
    Node node = producers.get(value);
    if (node == null) {
      throw new IllegalStateException("no node defines " + value);
    }
    return node;
  }

  private Storage source(Value value) {
    Node node = producer(value);
    if (node.op() instanceof Source source) {
      return source(source, node);
    }
    throw new IllegalStateException("read before it was computed: " + value);
  }

  private Storage source(Source source, Node node) {
    return switch (source) {
      case Source.Input input -> whole(newBuffer(input.label(), input.type(), Space.INPUT));
      case Source.Parameter parameter ->
          whole(newBuffer(parameter.label(), parameter.type(), Space.PARAMETER));
      case Source.Constant(Literal literal) -> {
        if (literal.isSplat()) {
          yield new Storage.Splat(literal.bits(0));
        }
        Buffer buffer = newBuffer(node.path(), literal.type(), Space.CONSTANT);
        constants.put(buffer, literal);
        yield whole(buffer);
      }
      case Source.RandomBits _ -> throw new IllegalStateException("not expanded: " + node);
      case Source.Iota(TensorType type, int axis) -> {
        var strides = new ArrayList<Long>();
        for (int i = 0; i < type.rank(); i++) {
          strides.add(i == axis ? 1L : 0L);
        }
        yield new Storage.Counted(new Strided(0, strides));
      }
    };
  }

  private static Storage whole(Buffer buffer) {
    return new Storage.Stored(buffer, Strided.rowMajor(buffer.type().shape()));
  }

  private Storage view(View view, Value operand, Storage storage, Value result) {
    Optional<Storage> seen =
        switch (storage) {
          case Storage.Splat splat -> Optional.of(splat);
          case Storage.Counted(Strided numbers) ->
              numbers.view(view, operand.shape()).map(Storage.Counted::new);
          case Storage.Stored(Buffer buffer, Strided places) ->
              places.view(view, operand.shape()).map(viewed -> new Storage.Stored(buffer, viewed));
        };
    return seen.orElseGet(() -> {
      Buffer copy = copied(operand, storage);
      Strided viewed = Strided.rowMajor(operand.shape()).view(view, operand.shape()).orElseThrow();
      if (!viewed.isRowMajor(result.shape())) {
        throw new IllegalStateException("a copy that does not help: " + view);
      }
      return new Storage.Stored(copy, viewed);
    });
  }

  /// A dense row-major buffer with the elements of a value: its own, or a copy.
  Buffer dense(Value value) {
    Storage storage = of(value);
    if (storage instanceof Storage.Stored(Buffer buffer, Strided places)
        && places.isRowMajor(value.shape())) {
      return buffer;
    }
    Buffer copy = copied(value, storage);
    place(value, copy);
    return copy;
  }

  private Buffer copied(Value value, Storage from) {
    Node node = producers.get(value);
    Buffer copy = newBuffer(node == null ? "" : node.path(), value.type(), Space.TEMPORARY);
    copy(from, value.type(), new Storage.Stored(copy, Strided.rowMajor(value.shape())));
    return copy;
  }

  /// Emits a kernel that copies a value of that type.
  void copy(Storage from, TensorType type, Storage.Stored to) {
    DType dtype = type.dtype();
    LoopNest.Instr read =
        switch (from) {
          case Storage.Stored stored -> new LoopNest.Instr.Load(0, dtype, stored.access());
          case Storage.Counted(Strided(long offset, var strides)) ->
              new LoopNest.Instr.Index(0, dtype, offset, strides);
          case Storage.Splat(int bits) -> new LoopNest.Instr.Const(0, dtype, bits);
        };
    var code = List.of(read, new LoopNest.Instr.Store(dtype, to.access(), 0));
    var extents = type.shape().dims().stream().map(dim -> dim.value()).toList();
    if (!extents.contains(0L)) {
      var stage = new LoopNest.Stage(code, List.of());
      var nest = new LoopNest(to.buffer().label(), extents, extents.size(), List.of(stage));
      emitted.add(new Region.Loops(Collapse.apply(nest)));
    }
  }
}
