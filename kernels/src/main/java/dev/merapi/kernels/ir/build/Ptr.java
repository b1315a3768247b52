package dev.merapi.kernels.ir.build;

import dev.merapi.kernels.ir.Address;
import dev.merapi.kernels.ir.Pure.AddressOf;
import dev.merapi.kernels.ir.Value;
import dev.merapi.kernels.ir.Word;

/// A pointer: a value and a constant number of bytes behind it, which costs an instruction only
/// where the sum itself is needed.
public record Ptr(RoutineBuilder builder, Value base, long offset) implements Handle {
  @Override
  public Value value() {
    return offset == 0 ? base : builder.address(Address.of(base, offset));
  }

  public Ptr named(String name) {
    Value value = value();
    builder.name(value, name);
    return new Ptr(builder, value, 0);
  }

  public Ptr plus(long bytes) {
    long sum = offset + bytes;
    return sum == (int) sum ? new Ptr(builder, base, sum) : plus(builder.constant(bytes));
  }

  public Ptr plus(Int bytes) {
    return at(bytes, 1).pointer();
  }

  /// `this + index * scale` bytes.
  public Ptr plus(Int index, long scale) {
    return at(index, scale).pointer();
  }

  /// The place that this points to.
  public Place here() {
    return at(0);
  }

  /// The place so many bytes behind.
  public Place at(long bytes) {
    long sum = offset + bytes;
    return sum == (int) sum
        ? new Place(builder, Address.of(base, sum))
        : at(builder.constant(bytes), 1);
  }

  /// The place `index * scale` bytes behind.
  public Place at(Int index, long scale) {
    return at(index, scale, 0);
  }

  /// The place `index * scale + bytes` bytes behind. Scales of 1, 2, 4 and 8 are part of the
  /// address, others a multiplication.
  public Place at(Int index, long scale, long bytes) {
    if (index.constant().isPresent()) {
      Ptr moved = plus(index.constant().getAsLong() * scale);
      if (moved.base == base) {
        return moved.at(bytes);
      }
    }
    long sum = offset + bytes;
    if (sum != (int) sum) {
      return plus(builder.constant(sum - offset)).at(index, scale);
    }
    boolean direct = scale == 1 || scale == 2 || scale == 4 || scale == 8;
    Value scaled = direct ? index.value() : index.times(scale).value();
    return new Place(builder, new Address(base, scaled, direct ? (int) scale : 1, sum));
  }

  static Ptr of(RoutineBuilder builder, Address address) {
    if (address.index() == null) {
      return new Ptr(builder, address.base(), address.offset());
    }
    Address start = new Address(address.base(), address.index(), address.scale(), 0);
    Value sum = builder.pure(Word.POINTER, out -> new AddressOf(out, start));
    return new Ptr(builder, sum, address.offset());
  }
}
