package dev.merapi.kernels.bytecode;

import static dev.merapi.kernels.bytecode.Descs.kind;

import dev.merapi.kernels.ir.Address;
import dev.merapi.kernels.ir.Definitions;
import dev.merapi.kernels.ir.Instruction;
import dev.merapi.kernels.ir.Lane;
import dev.merapi.kernels.ir.MaskType;
import dev.merapi.kernels.ir.Pure.Constant;
import dev.merapi.kernels.ir.Pure.LaneNumbers;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.Value;
import dev.merapi.kernels.ir.VectorType;
import dev.merapi.kernels.ir.Word;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The values of a routine in the local variables of a method: a vector in one for each of its
/// [Chunks], a mask in one for each chunk of the lane type that it is kept for, all else in one.
///
/// A constant is pushed anew wherever it is used: kept across a loop it would be allocated.
/// Pointers are cut to the bits of an address, so that accesses at small distances need no check.
final class VectorValues implements LaneOperands {
  private static final long MOST_SMALL = 1L << 31;

  private final CodeBuilder code;
  private final int bits;
  private final Definitions definitions;
  private final Bounds bounds;
  private final MaskForms forms;
  private final Map<Value, int[]> slots = new HashMap<>();
  private final Set<Value> unknown = new HashSet<>();

  /// @param bits the widest vector
  VectorValues(CodeBuilder code, Routine routine, int bits) {
    this.code = code;
    this.bits = bits;
    this.definitions = Definitions.of(routine);
    this.bounds = new Bounds(definitions);
    this.forms = new MaskForms(routine, definitions);
  }

  // Where values are

  static boolean isOne(Value value) {
    return value.type() instanceof Word || value.count() == 1;
  }

  Chunks chunks(Value vector) {
    return chunks(vector.vector().lane(), vector.count());
  }

  Chunks chunks(Lane lane, int count) {
    return Chunks.of(lane, count, bits);
  }

  /// The chunks of the lane type that a mask is kept for.
  Chunks home(Value mask) {
    return chunks(forms.of(mask), mask.count());
  }

  /// The local variables of a value, made if there are none.
  int[] slots(Value value) {
    return slots.computeIfAbsent(
        value,
        _ -> {
          int count =
              isOne(value)
                  ? 1
                  : value.type() instanceof VectorType
                      ? chunks(value).count()
                      : home(value).count();
          TypeKind kind = kindOf(value);
          return IntStream.range(0, count).map(_ -> code.allocateLocal(kind)).toArray();
        });
  }

  /// Lets a value be what others are, chunk by chunk.
  void alias(Value value, int... others) {
    slots.put(value, others);
  }

  static TypeKind kindOf(Value value) {
    if (!isOne(value)) {
      return TypeKind.REFERENCE;
    }
    return value.type() instanceof VectorType type
        ? kind(type.lane())
        : value.type() == Word.CONDITION ? TypeKind.INT : TypeKind.LONG;
  }

  /// Notes that the class of a vector or mask is known by induction only, such as of what a loop
  /// carries.
  void isUnknown(Value value) {
    unknown.add(value);
  }

  /// Whether the JIT knows the class of a vector or mask from the instruction that made it.
  boolean isKnown(Value value) {
    return !unknown.contains(value);
  }

  // Words and single lanes

  /// Pushes a word, a single lane, or a mask of one lane.
  void one(Value value) {
    switch (definitions.of(value).orElse(null)) {
      case Constant constant when value.type() instanceof VectorType type ->
          LaneCode.constant(code, type.lane(), constant.bits());
      case Constant constant when value.type() == Word.CONDITION ->
          code.loadConstant((int) constant.bits());
      case Constant constant -> code.loadConstant(constant.bits());
      case LaneNumbers _ -> LaneCode.constant(code, value.vector().lane(), 0);
      case null, default -> code.loadLocal(kindOf(value), slots(value)[0]);
    }
  }

  /// Pops it.
  void defineOne(Value value) {
    if (value.type() == Word.POINTER) {
      code.loadConstant(ElementCode.ADDRESS_BITS).land();
    }
    code.storeLocal(kindOf(value), slots(value)[0]);
  }

  @Override
  public void lane() {
    code.iconst_0();
  }

  @Override
  public void vector(Value value) {
    one(value);
  }

  @Override
  public void mask(Value value) {
    one(value);
    code.l2i();
  }

  @Override
  public void through(Instruction crossing, Runnable index) {
    throw new IllegalStateException("kernel IR: not one lane: instruction=" + crossing);
  }

  /// Pushes an address.
  void address(Address address, long more) {
    one(address.base());
    Value index = address.index();
    if (index != null) {
      one(index);
      if (address.scale() > 1) {
        code.loadConstant(Integer.numberOfTrailingZeros(address.scale())).lshl();
      }
      code.ladd();
    }
    long offset = address.offset() + more;
    if (offset != 0) {
      code.loadConstant(offset).ladd();
    }
  }

  /// Pushes an address for an access.
  void place(Address address, long more) {
    address(address, more);
    if (address.offset() < 0 || !isSmall(address.index())) {
      code.loadConstant(ElementCode.ADDRESS_BITS).land();
    }
  }

  /// Whether an index is known to be neither negative nor large: the JIT knows it too, and that an
  /// address stays one when it is added.
  private boolean isSmall(@Nullable Value index) {
    return index == null || bounds.most(index).orElse(Long.MAX_VALUE) <= MOST_SMALL;
  }

  // Vectors

  /// Pushes a chunk of a vector.
  void push(Value value, int chunk) {
    Chunks chunks = chunks(value);
    switch (definitions.of(value).orElse(null)) {
      case Constant constant -> Api.constant(code, chunks, constant.bits());
      case LaneNumbers _ -> laneNumbers(chunks, chunk);
      case null, default -> code.aload(slots(value)[chunk]);
    }
  }

  private void laneNumbers(Chunks chunks, int chunk) {
    Api.constant(code, chunks, 0);
    code.iconst_1();
    Api.call(code, chunks.type(), "addIndex", chunks.type(), Descs.INT);
    if (chunk > 0) {
      LaneCode.constant(code, chunks.lane(), (long) chunk * chunks.lanes());
      Api.call(code, chunks.type(), "add", chunks.type(), Descs.of(chunks.lane()));
    }
  }

  /// The local variables of a vector's chunks, which are filled if it is pushed anew otherwise.
  int[] kept(Value value) {
    if (definitions
            .of(value)
            .filter(each -> each instanceof Constant || each instanceof LaneNumbers)
            .isPresent()
        && !slots.containsKey(value)) {
      int[] fresh = new int[chunks(value).count()];
      Arrays.setAll(fresh, _ -> code.allocateLocal(TypeKind.REFERENCE));
      for (int i = 0; i < fresh.length; i++) {
        push(value, i);
        code.astore(fresh[i]);
      }
      return fresh;
    }
    return slots(value);
  }

  /// Pops a chunk of a vector.
  void define(Value value, int chunk) {
    code.astore(slots(value)[chunk]);
  }

  // Masks

  @Nullable Constant constant(Value value) {
    return definitions.of(value).orElse(null) instanceof Constant constant ? constant : null;
  }

  boolean isAllOn(@Nullable Value mask) {
    if (mask == null) {
      return true;
    }
    Constant constant = constant(mask);
    return constant != null && constant.bits() == ((MaskType) mask.type()).all();
  }

  /// Pushes the mask of a chunk of a lane type.
  void pushMask(Value mask, Lane lane, int chunk) {
    Chunks wanted = chunks(lane, mask.count());
    Constant constant = constant(mask);
    if (constant == null) {
      convertMask(slots(mask), home(mask), wanted, chunk);
    } else {
      long all = -1L >>> (Long.SIZE - wanted.lanes());
      Api.mask(code, wanted, constant.bits() >>> (chunk * wanted.lanes()) & all);
    }
  }

  /// Pushes the mask of a chunk as something that is made here. What C2 knows as a constant would
  /// make it allocate a mask that is this or another one.
  void pushFreshMask(Value mask, Lane lane, int chunk) {
    Constant constant = constant(mask);
    if (constant == null) {
      pushMask(mask, lane, chunk);
    } else {
      Chunks wanted = chunks(lane, mask.count());
      Api.species(code, wanted);
      code.loadConstant(constant.bits() >>> (chunk * wanted.lanes()));
      Api.callStatic(code, Api.MASK, "fromLong", Api.MASK, Api.SPECIES, Descs.LONG);
    }
  }

  /// Pops the masks of all chunks of a lane type into the local variables of a mask.
  ///
  /// @param push pushes that of a chunk
  void defineMask(Value mask, Lane lane, IntConsumer push) {
    Chunks made = chunks(lane, mask.count());
    Chunks home = home(mask);
    if (made.lanes() == home.lanes()) {
      for (int i = 0; i < home.count(); i++) {
        push.accept(i);
        cast(made, home);
        code.astore(slots(mask)[i]);
      }
      return;
    }
    int[] parts = new int[made.count()];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = code.allocateLocal(TypeKind.REFERENCE);
      push.accept(i);
      code.astore(parts[i]);
    }
    for (int i = 0; i < home.count(); i++) {
      convertMask(parts, made, home, i);
      code.astore(slots(mask)[i]);
    }
  }

  private void cast(Chunks from, Chunks to) {
    if (from.lane() != to.lane()) {
      Api.species(code, to);
      Api.call(code, Api.MASK, "cast", Api.MASK, Api.SPECIES);
    }
  }

  /// Pushes a chunk of a mask that is kept in the chunks of another lane type.
  private void convertMask(int[] parts, Chunks from, Chunks to, int chunk) {
    int first = chunk * to.lanes();
    if (from.lanes() == to.lanes()) {
      code.aload(parts[chunk]);
      cast(from, to);
      return;
    }
    Api.species(code, to);
    if (from.lanes() > to.lanes()) {
      bitsOf(parts[first / from.lanes()]);
      code.loadConstant(first % from.lanes()).lushr();
    } else {
      code.lconst_0();
      int all = Math.min(to.lanes(), from.lanes() * from.count() - first);
      for (int lane = 0; lane < all; lane += from.lanes()) {
        bitsOf(parts[(first + lane) / from.lanes()]);
        code.loadConstant(lane).lshl().lor();
      }
    }
    Api.callStatic(code, Api.MASK, "fromLong", Api.MASK, Api.SPECIES, Descs.LONG);
  }

  private void bitsOf(int slot) {
    code.aload(slot);
    Api.call(code, Api.MASK, "toLong", Descs.LONG);
  }

  /// Pushes the mask of a chunk for an access: without lanes that there are not.
  void pushAccessMask(Value mask, Chunks chunks, int chunk) {
    pushMask(mask, chunks.lane(), chunk);
    if (chunks.isWiderThan(mask.count())) {
      Api.mask(code, chunks, ((MaskType) mask.type()).all());
      Api.call(code, Api.MASK, "and", Api.MASK, Api.MASK);
    }
  }

  /// Pushes the bits of a mask.
  void pushBits(Value mask) {
    if (mask.count() == 1 || constant(mask) != null) {
      one(mask);
      return;
    }
    Chunks home = home(mask);
    for (int i = 0; i < home.count(); i++) {
      bitsOf(slots(mask)[i]);
      if (i > 0) {
        code.loadConstant(i * home.lanes()).lshl().lor();
      }
    }
    if (home.isWiderThan(mask.count())) {
      code.loadConstant(((MaskType) mask.type()).all()).land();
    }
  }

  /// Pops the bits of a mask.
  void defineBits(Value mask) {
    if (mask.count() == 1) {
      defineOne(mask);
      return;
    }
    Chunks home = home(mask);
    int all = code.allocateLocal(TypeKind.LONG);
    code.lstore(all);
    for (int i = 0; i < home.count(); i++) {
      Api.species(code, home);
      code.lload(all);
      if (i > 0) {
        code.loadConstant(i * home.lanes()).lushr();
      }
      Api.callStatic(code, Api.MASK, "fromLong", Api.MASK, Api.SPECIES, Descs.LONG);
      code.astore(slots(mask)[i]);
    }
  }
}
