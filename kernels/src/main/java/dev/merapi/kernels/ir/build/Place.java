package dev.merapi.kernels.ir.build;

import dev.merapi.kernels.ir.Address;
import dev.merapi.kernels.ir.Instruction.Load;
import dev.merapi.kernels.ir.Instruction.LoadSplat;
import dev.merapi.kernels.ir.Instruction.LoadWord;
import dev.merapi.kernels.ir.Instruction.Prefetch;
import dev.merapi.kernels.ir.Instruction.Store;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Type;
import dev.merapi.kernels.ir.Value;
import dev.merapi.kernels.ir.Word;
import org.jspecify.annotations.Nullable;

/// A place in memory, from which can be loaded and to which can be stored.
public record Place(RoutineBuilder builder, Address address) {
  /// The pointer to it.
  public Ptr pointer() {
    return Ptr.of(builder, address);
  }

  /// So many elements as a vector.
  public Vec load(MemoryType element, int count) {
    return new Vec(builder, loaded(element, count, null));
  }

  /// The elements where a mask is on, zeros elsewhere.
  public Vec load(MemoryType element, int count, Mask mask) {
    return new Vec(builder, loaded(element, count, mask));
  }

  /// So many `bool` elements.
  public Mask loadMask(int count) {
    return new Mask(builder, loaded(MemoryType.BOOL, count, null));
  }

  /// The `bool` elements where a mask is on, false elsewhere.
  public Mask loadMask(int count, Mask mask) {
    return new Mask(builder, loaded(MemoryType.BOOL, count, mask));
  }

  private Value loaded(MemoryType element, int count, @Nullable Mask mask) {
    @Nullable Value lanes = mask == null || mask.isAll() ? null : mask.value();
    return builder.effect(element.loaded(count), out -> new Load(out, element, address, lanes));
  }

  /// One element in all lanes.
  public Vec loadSplat(MemoryType element, int count) {
    Type type = element.loaded(count);
    return new Vec(builder, builder.effect(type, out -> new LoadSplat(out, element, address)));
  }

  /// One element of an integer type, widened.
  public Int loadInt(MemoryType element) {
    return new Int(
        builder, builder.effect(Word.INTEGER, out -> new LoadWord(out, element, address)));
  }

  /// The pointer that is stored here.
  public Ptr loadPointer() {
    Value value = builder.effect(Word.POINTER, out -> new LoadWord(out, MemoryType.I64, address));
    return new Ptr(builder, value, 0);
  }

  /// Writes all lanes, or an integer or pointer as one element.
  public void store(MemoryType element, Handle value) {
    builder.effect(new Store(element, address, value.value(), null));
  }

  /// Writes the lanes where a mask is on.
  public void store(MemoryType element, Handle value, Mask mask) {
    builder.effect(new Store(element, address, value.value(), mask.isAll() ? null : mask.value()));
  }

  /// Says that the line of this place will be read soon.
  public void prefetch() {
    builder.effect(new Prefetch(address));
  }
}
