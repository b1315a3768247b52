package dev.merapi;

import dev.merapi.graph.TensorType;
import dev.merapi.memory.HostTensor;
import dev.merapi.memory.Slab;
import dev.merapi.memory.Slot;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.Buffer.Space;
import dev.merapi.spi.Program;
import java.util.LinkedHashMap;
import java.util.Map;

/// The memory of a model's parameters, which the programs of all sizes share.
final class Persistent {
  private final Map<String, Slot> slots;
  private final Slab slab;
  private final Map<String, HostTensor> parameters = new LinkedHashMap<>();

  /// The version of the parameters that it holds; see [TrainStep].
  long version;

  private Persistent(Map<String, TensorType> types, Map<String, Slot> slots, long bytes) {
    this.slots = slots;
    slab = Slab.allocate(bytes);
    types.forEach((label, type) -> {
      Slot slot = Names.find("parameter", label, slots);
      parameters.put(label, slab.view(label, type, slot));
    });
  }

  /// Memory for the parameters of a program, filled with those that are given and zeros.
  static Persistent of(Program program, Map<String, HostTensor> values) {
    var types = new LinkedHashMap<String, TensorType>();
    var slots = new LinkedHashMap<String, Slot>();
    long bytes = 0;
    for (Buffer buffer : program.buffers()) {
      if (buffer.space() == Space.PARAMETER) {
        types.put(buffer.label(), buffer.type());
        slots.put(buffer.label(), new Slot(bytes, buffer.bytes()));
        bytes = Math.ceilDiv(bytes + buffer.bytes(), Slab.ALIGNMENT) * Slab.ALIGNMENT;
      }
    }
    return filled(new Persistent(types, slots, bytes), values);
  }

  /// The same parameters in memory of their own.
  Persistent copy() {
    var types = new LinkedHashMap<String, TensorType>();
    parameters.forEach((label, tensor) -> types.put(label, tensor.type()));
    return filled(new Persistent(types, slots, slab.bytes()), parameters);
  }

  private static Persistent filled(Persistent memory, Map<String, HostTensor> values) {
    try {
      memory.copyFrom(values);
      return memory;
    } catch (RuntimeException | Error e) {
      memory.slab.close();
      throw e;
    }
  }

  /// The raw address of a parameter of any of the programs; valid while a use of [#slab()] is held.
  ///
  /// @throws IllegalStateException if the first program had no such parameter
  long address(Buffer buffer) {
    HostTensor known = parameters.get(buffer.label());
    Slot slot = slots.get(buffer.label());
    if (known == null || slot == null || !known.type().equals(buffer.type())) {
      throw new IllegalStateException(
          "programs of one model have different parameters: "
              + buffer.label()
              + " "
              + buffer.type());
    }
    return slab.address() + slot.offset();
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
