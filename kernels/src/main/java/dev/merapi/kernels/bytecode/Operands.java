package dev.merapi.kernels.bytecode;

import static dev.merapi.kernels.bytecode.Descs.kind;

import dev.merapi.kernels.bytecode.Home.InArray;
import dev.merapi.kernels.bytecode.Home.Local;
import dev.merapi.kernels.ir.Address;
import dev.merapi.kernels.ir.Definitions;
import dev.merapi.kernels.ir.Instruction;
import dev.merapi.kernels.ir.Lane;
import dev.merapi.kernels.ir.MaskType;
import dev.merapi.kernels.ir.Permutation;
import dev.merapi.kernels.ir.Pure.Concat;
import dev.merapi.kernels.ir.Pure.Constant;
import dev.merapi.kernels.ir.Pure.LaneNumbers;
import dev.merapi.kernels.ir.Pure.Permute;
import dev.merapi.kernels.ir.Pure.Slice;
import dev.merapi.kernels.ir.Value;
import dev.merapi.kernels.ir.Word;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Pushes values of a routine in one method, and writes them where they are kept.
final class Operands implements LaneOperands {
  private final CodeBuilder code;
  private final Homes homes;
  private final Definitions definitions;
  private final int firstArray;
  private int nextSlot;

  /// The lanes that the present turn of a loop over lanes has computed.
  private final Map<Value, Integer> lanes = new HashMap<>();

  private int laneSlot = -1;

  /// @param firstArray the local variable of the first array; the others follow, by [Lane]
  /// @param nextSlot the first local variable that is free
  Operands(CodeBuilder code, Homes homes, Definitions definitions, int firstArray, int nextSlot) {
    this.code = code;
    this.homes = homes;
    this.definitions = definitions;
    this.firstArray = firstArray;
    this.nextSlot = nextSlot;
  }

  CodeBuilder code() {
    return code;
  }

  Homes homes() {
    return homes;
  }

  /// A local variable until [#free] of an earlier one.
  int take(TypeKind kind) {
    int slot = nextSlot;
    nextSlot += kind.slotSize();
    return slot;
  }

  int mark() {
    return nextSlot;
  }

  void free(int mark) {
    nextSlot = mark;
  }

  /// Emits a loop over lanes.
  void overLanes(int count, Runnable body) {
    int mark = mark();
    laneSlot = take(TypeKind.INT);
    var top = code.newLabel();
    var end = code.newLabel();
    code.iconst_0().istore(laneSlot);
    code.labelBinding(top);
    code.iload(laneSlot).loadConstant(count).if_icmpge(end);
    body.run();
    code.iinc(laneSlot, 1).goto_(top);
    code.labelBinding(end);
    laneSlot = -1;
    lanes.clear();
    free(mark);
  }

  /// Pushes the number of the present lane.
  @Override
  public void lane() {
    if (laneSlot < 0) {
      code.iconst_0();
    } else {
      code.iload(laneSlot);
    }
  }

  boolean isInLoop() {
    return laneSlot >= 0;
  }

  /// Pops what the present turn computed for a value.
  void define(Value value, TypeKind kind) {
    int slot = take(kind);
    code.storeLocal(kind, slot);
    lanes.put(value, slot);
  }

  /// Pushes a word, or all of a mask.
  void word(Value value) {
    if (definition(value) instanceof Constant constant) {
      if (value.type() == Word.CONDITION) {
        code.loadConstant((int) constant.bits());
      } else {
        code.loadConstant(constant.bits());
      }
    } else {
      read(homes.of(value), null);
    }
  }

  /// Pushes the present lane of a vector.
  @Override
  public void vector(Value value) {
    Integer slot = lanes.get(value);
    if (slot != null) {
      code.loadLocal(kind(value.vector().lane()), slot);
    } else {
      vector(value, this::lane);
    }
  }

  /// Pushes a lane of a vector that an earlier piece computed.
  ///
  /// @param index pushes its number as an `int`
  void vector(Value value, Runnable index) {
    Lane lane = value.vector().lane();
    switch (definition(value)) {
      case Constant constant -> LaneCode.constant(code, lane, constant.bits());
      case LaneNumbers _ -> {
        index.run();
        LaneCode.convert(code, Lane.I32, lane);
      }
      case Instruction view when !homes.has(value) -> through(view, index);
      case null, default -> read(homes.of(value), index);
    }
  }

  /// Pushes the lane that an instruction brings to a given place.
  @Override
  public void through(Instruction crossing, Runnable index) {
    switch (crossing) {
      case Permute permute ->
          vector(permute.operand(), () -> source(permute.permutation(), permute, index));
      case Slice slice ->
          vector(
              slice.operand(),
              () -> {
                index.run();
                if (slice.from() > 0) {
                  code.loadConstant(slice.from()).iadd();
                }
              });
      case Concat concat -> {
        int half = concat.low().count();
        Branches.choose(
            code,
            no -> {
              index.run();
              code.loadConstant(half).if_icmpge(no);
            },
            () -> vector(concat.low(), index),
            () ->
                vector(
                    concat.high(),
                    () -> {
                      index.run();
                      code.loadConstant(half).isub();
                    }));
      }
      default -> throw new IllegalStateException("kernel IR: no home: instruction=" + crossing);
    }
  }

  /// Pushes the number of the lane that comes to a given one.
  private void source(Permutation permutation, Permute permute, Runnable index) {
    int count = permute.operand().count();
    int bits = Integer.numberOfTrailingZeros(count);
    index.run();
    switch (permutation) {
      case SWAP -> code.loadConstant(permute.distance()).ixor();
      case ZIP -> {
        code.iconst_1().ishr();
        index.run();
        code.iconst_1().iand().loadConstant(bits - 1).ishl().iadd();
      }
      case UNZIP -> {
        code.iconst_1().ishl().loadConstant(count - 1).iand();
        index.run();
        code.loadConstant(bits - 1).ishr().iadd();
      }
    }
  }

  /// Pushes the present lane of a mask, 0 or 1.
  @Override
  public void mask(Value value) {
    Integer slot = lanes.get(value);
    if (slot != null) {
      code.iload(slot);
      return;
    }
    if (definition(value) instanceof Constant constant
        && constant.bits() == ((MaskType) value.type()).all()) {
      code.iconst_1();
      return;
    }
    word(value);
    lane();
    code.lushr().l2i().iconst_1().iand();
  }

  private @Nullable Instruction definition(Value value) {
    return definitions.of(value).orElse(null);
  }

  private void read(Home home, @Nullable Runnable index) {
    switch (home) {
      case Local(Lane lane, int slot) -> code.loadLocal(kind(lane), slot);
      case InArray range -> {
        place(range, index);
        code.arrayLoad(kind(range.lane()));
      }
    }
  }

  private void place(InArray range, @Nullable Runnable index) {
    code.aload(firstArray + range.lane().ordinal());
    code.loadConstant(range.offset());
    if (range.count() > 1 && index != null) {
      index.run();
      code.iadd();
    }
  }

  /// Writes where something is kept, in the present lane of a vector.
  void write(Home home, Runnable value) {
    beginWrite(home);
    value.run();
    endWrite(home);
  }

  /// Pushes what [#endWrite] needs below the value.
  void beginWrite(Home home) {
    if (home instanceof InArray range) {
      place(range, this::lane);
    }
  }

  void endWrite(Home home) {
    switch (home) {
      case Local(Lane lane, int slot) -> code.storeLocal(kind(lane), slot);
      case InArray range -> code.arrayStore(kind(range.lane()));
    }
  }

  /// Pushes an address.
  void address(Address address) {
    word(address.base());
    Value index = address.index();
    if (index != null) {
      word(index);
      if (address.scale() > 1) {
        code.loadConstant(Integer.numberOfTrailingZeros(address.scale())).lshl();
      }
      code.ladd();
    }
    if (address.offset() != 0) {
      code.loadConstant(address.offset()).ladd();
    }
  }

  /// Pushes an address for an access.
  void place(Address address) {
    address(address);
    code.loadConstant(ElementCode.ADDRESS_BITS).land();
  }
}
