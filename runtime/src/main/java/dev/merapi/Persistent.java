package dev.merapi;

import dev.merapi.graph.Literal;
import dev.merapi.graph.TensorType;
import dev.merapi.memory.HostTensor;
import dev.merapi.memory.Slab;
import dev.merapi.memory.Slot;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.Buffer.Space;
import dev.merapi.spi.Program;
import java.util.LinkedHashMap;
import java.util.Map;

/// The memory of parameters and constants; programs of one layout share it.
final class Persistent {
  /// Where parameters and constants lie.
  record Layout(long bytes, Map<String, Place> parameters, Map<Long, Literal> constants) {
    static Layout of(Program program) {
      var parameters = new LinkedHashMap<String, Place>();
      var constants = new LinkedHashMap<Long, Literal>();
      for (Buffer buffer : program.buffers()) {
        if (buffer.space() == Space.PARAMETER) {
          parameters.put(buffer.label(), new Place(buffer.type(), program.offset(buffer)));
        }
      }
      program
          .constants()
          .forEach((buffer, literal) -> constants.put(program.offset(buffer), literal));
      return new Layout(program.persistentBytes(), parameters, constants);
    }
  }

  /// Where a parameter lies.
  record Place(TensorType type, long offset) {}

  private final Layout layout;
  private final Slab slab;
  private final Map<String, HostTensor> parameters = new LinkedHashMap<>();

  /// The version of the parameters that it holds; see [TrainStep].
  long version;

  Persistent(Layout layout) {
    this.layout = layout;
    slab = Slab.allocate(layout.bytes());
    layout.parameters.forEach((label, place) -> {
      var slot = new Slot(place.offset, place.type.bytes());
      parameters.put(label, slab.view(label, place.type, slot));
    });
    layout.constants.forEach((offset, literal) -> {
      var slot = new Slot(offset, literal.type().bytes());
      slab.view("constant", literal.type(), slot).copyFrom(literal);
    });
  }

  Layout layout() {
    return layout;
  }

  Slab slab() {
    return slab;
  }

  Map<String, HostTensor> parameters() {
    return parameters;
  }

  HostTensor parameter(String label) {
    return Names.find("parameter", label, parameters);
  }

  /// Copies the parameters that both have.
  void copyFrom(Map<String, HostTensor> source) {
    parameters.forEach((label, tensor) -> {
      HostTensor from = source.get(label);
      if (from != null) {
        tensor.copyFrom(from);
      }
    });
  }
}
