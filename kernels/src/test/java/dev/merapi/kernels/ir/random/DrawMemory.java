package dev.merapi.kernels.ir.random;

import dev.merapi.kernels.ir.MaskType;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.VectorType;
import dev.merapi.kernels.ir.build.Mask;
import dev.merapi.kernels.ir.build.Place;
import dev.merapi.kernels.ir.build.Vec;
import dev.merapi.kernels.ir.random.Pools.AMask;
import dev.merapi.kernels.ir.random.Pools.APtr;
import dev.merapi.kernels.ir.random.Pools.AnInt;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Draws loads, stores and prefetches that stay in their buffers.
record DrawMemory(Draft draft, DrawIntegers integers) {
  /// A loaded vector, or a constant if no buffer has such elements.
  Vec loaded(VectorType type) {
    Dice dice = draft.dice();
    APtr pointer = pointer(element -> element.loaded(type.count()).equals(type)).orElse(null);
    if (pointer != null) {
      MemoryType element = draft.buffers().get(pointer.buffer()).type();
      if (dice.percent(20)) {
        Place one = place(pointer, 1).orElse(null);
        if (one != null) {
          return one.loadSplat(element, type.count());
        }
      }
      AMask mask = maybeMask(type.count());
      Place place = place(pointer, mask == null ? type.count() : mask.top()).orElse(null);
      if (place != null) {
        return mask == null
            ? place.load(element, type.count())
            : place.load(element, type.count(), mask.value());
      }
    }
    return type.lane().isFloat()
        ? draft.builder().vector(type, dice.number())
        : draft.builder().integers(type.lane(), type.count(), dice.integer());
  }

  /// The same for a mask.
  Mask loadedMask(int count) {
    APtr pointer = pointer(element -> element == MemoryType.BOOL).orElse(null);
    if (pointer != null) {
      AMask mask = maybeMask(count);
      Place place = place(pointer, mask == null ? count : mask.top()).orElse(null);
      if (place != null) {
        return mask == null ? place.loadMask(count) : place.loadMask(count, mask.value());
      }
    }
    return draft.builder().mask(count, draft.dice().bits() & new MaskType(count).all());
  }

  /// A loaded integer.
  void integer() {
    pointer(MemoryType::isInteger)
        .ifPresent(pointer -> {
          MemoryType element = draft.buffers().get(pointer.buffer()).type();
          Bounds bounds =
              switch (element) {
                case I8 -> new Bounds(Byte.MIN_VALUE, Byte.MAX_VALUE);
                case U8 -> new Bounds(0, 255);
                case I16 -> new Bounds(Short.MIN_VALUE, Short.MAX_VALUE);
                case U16 -> new Bounds(0, 65535);
                default -> Bounds.ANY;
              };
          place(pointer, 1)
              .ifPresent(at -> draft.pools().add(new AnInt(at.loadInt(element), bounds)));
        });
  }

  /// Stores a visible value, masked or not.
  void store(DrawVectors vectors) {
    pointer(_ -> true).ifPresent(pointer -> store(pointer, vectors));
  }

  private void store(APtr pointer, DrawVectors vectors) {
    Dice dice = draft.dice();
    MemoryType element = draft.buffers().get(pointer.buffer()).type();
    if (element.isInteger() && dice.percent(20)) {
      place(pointer, 1).ifPresent(at -> at.store(element, draft.pools().integer().value()));
      return;
    }
    int count = draft.count();
    AMask mask = maybeMask(count);
    Place place = place(pointer, mask == null ? count : mask.top()).orElse(null);
    if (place == null) {
      return;
    }
    var value =
        switch (element.loaded(count)) {
          case VectorType type -> vectors.vector(type);
          default -> vectors.mask(new MaskType(count)).value();
        };
    if (mask == null) {
      place.store(element, value);
    } else {
      place.store(element, value, mask.value());
    }
  }

  /// Stores a vector where one of its kind can be stored.
  void keep(Vec vector) {
    pointer(element -> element.loaded(vector.count()).equals(vector.type()))
        .flatMap(pointer -> place(pointer, vector.count()).map(at -> new Target(pointer, at)))
        .ifPresent(to -> to.place.store(draft.buffers().get(to.pointer.buffer()).type(), vector));
  }

  private record Target(APtr pointer, Place place) {}

  void prefetch() {
    pointer(_ -> true)
        .ifPresent(pointer -> pointer.value().at(draft.dice().between(0, 999)).prefetch());
  }

  private AMask maybeMask(int count) {
    List<AMask> masks = draft.pools().masks(new MaskType(count));
    return masks.isEmpty() || draft.dice().percent(60) ? null : draft.dice().of(masks);
  }

  private Optional<APtr> pointer(Predicate<MemoryType> element) {
    List<APtr> all =
        draft.pools().pointers(each -> element.test(draft.buffers().get(each.buffer()).type()));
    return all.isEmpty() ? Optional.empty() : Optional.of(draft.dice().of(all));
  }

  /// A place from which so many elements are in the buffer; empty if the pointer may be anywhere.
  private Optional<Place> place(APtr pointer, int elements) {
    Dice dice = draft.dice();
    Buffer buffer = draft.buffers().get(pointer.buffer());
    int bytes = buffer.type().bytes();
    int scale = Math.min(8, bytes << dice.below(4));
    int step = scale / bytes;
    List<AnInt> indices = draft.pools().integers(each -> each.low() >= -99 && each.high() <= 99);
    AnInt index = indices.isEmpty() || dice.percent(40) ? null : dice.of(indices);
    Bounds reached =
        index == null ? pointer.elements() : pointer.elements().plus(index.bounds().times(step));
    long lowest = -reached.low();
    long highest = buffer.elements() - elements - reached.high();
    if (lowest > highest) {
      return Optional.empty();
    }
    long offset = dice.between(lowest, highest) * bytes;
    return Optional.of(
        index == null
            ? pointer.value().at(offset)
            : pointer.value().at(index.value(), scale, offset));
  }
}
