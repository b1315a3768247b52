package dev.merapi.kernels.bytecode;

import dev.merapi.kernels.ir.Address;
import dev.merapi.kernels.ir.Instruction.Load;
import dev.merapi.kernels.ir.Instruction.LoadSplat;
import dev.merapi.kernels.ir.Instruction.LoadWord;
import dev.merapi.kernels.ir.Instruction.Store;
import dev.merapi.kernels.ir.Lane;
import dev.merapi.kernels.ir.MaskType;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Value;
import dev.merapi.kernels.ir.Word;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Emits accesses to memory. Elements that are narrower than lanes go through lanes in scratch
/// memory.
record VectorMemory(CodeBuilder code, VectorValues values) {
  private static final ClassDesc NARROW = Descs.of(Narrow.class);

  /// Of pairs of lanes of 4 bytes.
  private static final Chunks PAIRS = new Chunks(Lane.I64, 2, 1);

  void emit(LoadWord load) {
    ElementCode.loadWord(code, load.element(), () -> values.place(load.address(), 0));
    values.defineOne(load.result());
  }

  void emit(LoadSplat load) {
    Value result = load.result();
    Runnable element =
        () -> ElementCode.load(code, load.element(), () -> values.place(load.address(), 0));
    if (VectorValues.isOne(result)) {
      element.run();
      values.defineOne(result);
      return;
    }
    Chunks chunks = values.chunks(result);
    Api.species(code, chunks);
    element.run();
    Api.broadcast(code, chunks.lane());
    int[] slots = new int[chunks.count()];
    Arrays.fill(slots, code.allocateLocal(TypeKind.REFERENCE));
    code.astore(slots[0]);
    values.alias(result, slots);
  }

  void emit(Load load) {
    Value result = load.result();
    Value mask = values.isAllOn(load.mask()) ? null : load.mask();
    if (VectorValues.isOne(result)) {
      one(load, mask);
    } else if (load.element() == MemoryType.BOOL) {
      values.place(load.address(), 0);
      code.loadConstant(result.count());
      pushBits(mask);
      Api.callStatic(code, NARROW, "loadBOOL", Descs.LONG, Descs.LONG, Descs.INT, Descs.LONG);
      values.defineBits(result);
    } else if (isNarrow(load.element())) {
      int scratch = scratch();
      values.place(load.address(), 0);
      code.lload(scratch);
      code.loadConstant(result.count());
      pushBits(mask);
      narrow("load" + load.element().name());
      Chunks chunks = values.chunks(result);
      for (int chunk = 0; chunk < chunks.count(); chunk++) {
        Api.species(code, chunks);
        place(scratch, chunk * chunks.bytes());
        Api.load(code, chunks, false);
        values.define(result, chunk);
      }
    } else if (mask == null && values.chunks(result).isWiderThan(result.count())) {
      pair(load);
    } else {
      Chunks chunks = values.chunks(result);
      Place place = place(load.address(), chunks);
      for (int chunk = 0; chunk < chunks.count(); chunk++) {
        Api.species(code, chunks);
        place.push(chunk);
        if (mask != null) {
          values.pushAccessMask(mask, chunks, chunk);
        }
        Api.load(code, chunks, mask != null);
        values.define(result, chunk);
      }
    }
  }

  /// Two lanes of 4 bytes as one of 8.
  private void pair(Load load) {
    Chunks longs = PAIRS;
    Api.species(code, longs);
    ElementCode.load(code, MemoryType.I64, () -> values.place(load.address(), 0));
    Api.broadcast(code, Lane.I64);
    Lane lane = load.result().vector().lane();
    Api.call(code, longs.type(), reinterpreted(lane), Api.vector(lane));
    values.define(load.result(), 0);
  }

  private void pair(Store store) {
    Chunks chunks = values.chunks(store.value());
    ElementCode.store(
        code,
        MemoryType.I64,
        () -> values.place(store.address(), 0),
        () -> {
          values.push(store.value(), 0);
          Api.call(code, chunks.type(), "reinterpretAsLongs", PAIRS.type());
          code.iconst_0();
          Api.call(code, PAIRS.type(), "lane", Descs.LONG, Descs.INT);
        });
  }

  private static String reinterpreted(Lane lane) {
    return lane == Lane.F32 ? "reinterpretAsFloats" : "reinterpretAsInts";
  }

  private void narrow(String name) {
    Api.callStatic(code, NARROW, name, Descs.VOID, Descs.LONG, Descs.LONG, Descs.INT, Descs.LONG);
  }

  private static boolean isNarrow(MemoryType element) {
    return element.bytes() < Integer.BYTES;
  }

  private void pushBits(@Nullable Value mask) {
    if (mask == null) {
      code.loadConstant(-1L);
    } else {
      values.pushBits(mask);
    }
  }

  /// Lanes in memory of the thread, whose address goes into a local variable.
  private int scratch() {
    int slot = code.allocateLocal(TypeKind.LONG);
    Api.callStatic(code, Descs.SCRATCH, "lanes", Descs.LONG);
    code.loadConstant(ElementCode.ADDRESS_BITS).land().lstore(slot);
    return slot;
  }

  private void place(int slot, int offset) {
    code.getstatic(Descs.MEMORY, "ALL", Descs.SEGMENT);
    code.lload(slot);
    if (offset > 0) {
      code.loadConstant((long) offset).ladd();
    }
    Api.order(code);
  }

  private interface Place {
    void push(int chunk);
  }

  /// Where the chunks lie. The address is computed once if it is not simple.
  private Place place(Address address, Chunks chunks) {
    if (address.index() == null || chunks.count() == 1) {
      return chunk -> {
        code.getstatic(Descs.MEMORY, "ALL", Descs.SEGMENT);
        values.place(address, (long) chunk * chunks.bytes());
        Api.order(code);
      };
    }
    int slot = code.allocateLocal(TypeKind.LONG);
    values.place(address, 0);
    code.lstore(slot);
    return chunk -> place(slot, chunk * chunks.bytes());
  }

  private void one(Load load, @Nullable Value mask) {
    Runnable element =
        () -> ElementCode.load(code, load.element(), () -> values.place(load.address(), 0));
    if (mask == null) {
      element.run();
    } else {
      Branches.choose(
          code,
          no -> {
            values.mask(mask);
            code.ifeq(no);
          },
          element,
          () -> {
            if (load.result().type() instanceof MaskType) {
              code.iconst_0();
            } else {
              LaneCode.constant(code, load.result().vector().lane(), 0);
            }
          });
    }
    if (load.result().type() instanceof MaskType) {
      code.i2l();
    }
    values.defineOne(load.result());
  }

  void emit(Store store) {
    Value value = store.value();
    Value mask = values.isAllOn(store.mask()) ? null : store.mask();
    if (VectorValues.isOne(value)) {
      if (mask == null) {
        one(store);
      } else {
        Branches.when(
            code,
            end -> {
              values.mask(mask);
              code.ifeq(end);
            },
            () -> one(store));
      }
    } else if (store.element() == MemoryType.BOOL) {
      values.pushBits(value);
      values.place(store.address(), 0);
      code.loadConstant(value.count());
      pushBits(mask);
      narrow("storeBOOL");
    } else if (isNarrow(store.element())) {
      narrow(store, mask);
    } else if (mask == null && values.chunks(value).isWiderThan(value.count())) {
      pair(store);
    } else {
      Chunks chunks = values.chunks(value);
      Place place = place(store.address(), chunks);
      for (int chunk = 0; chunk < chunks.count(); chunk++) {
        values.push(value, chunk);
        place.push(chunk);
        if (mask != null) {
          values.pushAccessMask(mask, chunks, chunk);
        }
        Api.store(code, chunks, mask != null);
      }
    }
  }

  private void narrow(Store store, @Nullable Value mask) {
    Value value = store.value();
    Chunks chunks = values.chunks(value);
    int scratch = scratch();
    for (int chunk = 0; chunk < chunks.count(); chunk++) {
      values.push(value, chunk);
      place(scratch, chunk * chunks.bytes());
      Api.store(code, chunks, false);
    }
    code.lload(scratch);
    values.place(store.address(), 0);
    code.loadConstant(value.count());
    pushBits(mask);
    MemoryType stored =
        switch (store.element()) {
          case U8 -> MemoryType.I8; // the bits that stay are the same
          case U16 -> MemoryType.I16;
          default -> store.element();
        };
    narrow("store" + stored.name());
  }

  private void one(Store store) {
    Value value = store.value();
    Runnable address = () -> values.place(store.address(), 0);
    if (value.type() instanceof Word) {
      ElementCode.storeWord(code, store.element(), address, () -> values.one(value));
    } else if (value.type() instanceof MaskType) {
      ElementCode.store(code, store.element(), address, () -> values.mask(value));
    } else {
      ElementCode.store(code, store.element(), address, () -> values.one(value));
    }
  }
}
