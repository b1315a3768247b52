package dev.merapi.kernels.machine.lower;

import static dev.merapi.kernels.x64.Instruction.*;

import dev.merapi.kernels.ir.Instruction.Load;
import dev.merapi.kernels.ir.Instruction.LoadSplat;
import dev.merapi.kernels.ir.Instruction.LoadWord;
import dev.merapi.kernels.ir.Instruction.Prefetch;
import dev.merapi.kernels.ir.Instruction.Store;
import dev.merapi.kernels.ir.MaskType;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Value;
import dev.merapi.kernels.ir.VectorType;
import dev.merapi.kernels.ir.Word;
import dev.merapi.kernels.x64.Instruction;

/// Loads and stores.
final class Transfers {
  private static final int LEAST_LANES = 4;

  private final Values values;
  private final Target target;
  private final Lir lir;
  private final Words words;
  private final Arithmetic arithmetic;
  private final Elements elements;
  private final MaskedAccess masked;

  Transfers(
      Values values, Words words, Arithmetic arithmetic, Elements elements, MaskedAccess masked) {
    this.values = values;
    this.target = values.target;
    this.lir = values.lir;
    this.words = words;
    this.arithmetic = arithmetic;
    this.elements = elements;
    this.masked = masked;
  }

  void load(Load load) {
    Arg.Memory from = words.memory(load.address());
    if (!(load.result().type() instanceof VectorType type)) {
      masked.loadMask(load.result(), from, load.mask());
      return;
    }
    int lanes = target.lanes(type);
    int bits = target.width(type);
    MemoryType element = load.element();
    Value mask = load.mask();
    Reg[] all = new Reg[target.parts(type)];
    for (int i = 0; i < all.length; i++) {
      Arg.Memory at = from.plus(i * lanes * element.bytes());
      all[i] =
          mask == null
              ? load(element, at, lanes, bits)
              : masked.load(element, at, lanes, bits, mask, i);
    }
    values.define(load.result(), all);
  }

  private Reg load(MemoryType element, Arg.Memory from, int lanes, int bits) {
    int bytes = lanes * element.bytes();
    if (!Elements.isNarrow(element)) {
      Reg result = lir.vector(bits);
      boolean isFull = bytes * Byte.SIZE == bits;
      lir.def(isFull ? VMOVUPS : bytes == Long.BYTES ? VMOVSD : VMOVSS, result.all(), from);
      values.loaded(result, from, bytes * Byte.SIZE);
      return result;
    }
    Arg source = lanes >= LEAST_LANES ? from : elements.read(from, bytes).all();
    Reg wide = lir.vector(bits);
    lir.def(Elements.widening(element), wide.all(), source);
    return elements.widened(element, wide);
  }

  void loadWord(LoadWord load) {
    Arg.Memory from = words.memory(load.address());
    Reg result = lir.general();
    loadWord(result, load.element(), from, Long.SIZE);
    values.define(load.result(), result);
  }

  /// An element, widened to so many bits at least.
  private void loadWord(Reg result, MemoryType element, Arg.Memory from, int bits) {
    switch (element) {
      case I8 -> lir.def(MOVSX, result.at(bits), from.sized(8));
      case U8 -> lir.def(MOVZX, result.at(32), from.sized(8));
      case I16 -> lir.def(MOVSX, result.at(bits), from.sized(16));
      case U16, F16, BF16 -> lir.def(MOVZX, result.at(32), from.sized(16));
      case I32 -> lir.def(MOVSXD, result.all(), from);
      default -> lir.def(MOV, result.all(), from);
    }
  }

  void loadSplat(LoadSplat load) {
    VectorType type = load.result().vector();
    Arg.Memory from = words.memory(load.address());
    values.defineAll(load.result(), splat(load.element(), from, type), target.parts(type));
  }

  private Reg splat(MemoryType element, Arg.Memory from, VectorType type) {
    int bits = target.width(type);
    int laneBits = type.lane().bits();
    if (!Elements.isNarrow(element)) {
      boolean isOne = type.count() == 1;
      Reg result = lir.vector(bits);
      Instruction one = laneBits == Long.SIZE ? VMOVSD : VMOVSS;
      lir.def(isOne ? one : Arithmetic.broadcastOp(laneBits, bits), result.all(), from);
      values.loaded(result, isOne ? from : from.broadcast(), laneBits);
      return result;
    }
    if (element == MemoryType.F16) {
      Reg half = elements.read(from, element.bytes());
      Reg single = lir.vector(128);
      lir.def(VCVTPH2PS, single.all(), half.all());
      return arithmetic.broadcast(single.all(), laneBits, bits);
    }
    Reg word = lir.general();
    loadWord(word, element, from, Integer.SIZE);
    if (element == MemoryType.BF16) {
      lir.update(SHL, word.at(32), new Arg.Number(Short.SIZE));
    }
    return arithmetic.broadcast(word, laneBits, bits);
  }

  void store(Store store) {
    Arg.Memory to = words.memory(store.address());
    Value value = store.value();
    if (value.type() instanceof Word) {
      storeWord(store.element(), to, value);
    } else if (value.type() instanceof MaskType) {
      masked.storeMask(to, value, store.mask());
    } else {
      storeVector(store, to, value.vector());
    }
    values.written();
  }

  private void storeWord(MemoryType element, Arg.Memory to, Value value) {
    int bits = element.bytes() * Byte.SIZE;
    if (values.isConstant(value)) {
      long number = values.constant(value);
      long wrapped = number << Long.SIZE - bits >> Long.SIZE - bits;
      if (wrapped == (int) wrapped) {
        lir.effect(MOV, to.sized(bits), new Arg.Number(wrapped));
        return;
      }
    }
    lir.effect(MOV, to, words.reg(value).at(bits));
  }

  private void storeVector(Store store, Arg.Memory to, VectorType type) {
    int lanes = target.lanes(type);
    int bits = target.width(type);
    MemoryType element = store.element();
    int bytes = lanes * element.bytes();
    Value mask = store.mask();
    for (int i = 0; i < target.parts(type); i++) {
      Reg from = values.reg(store.value(), i);
      Arg.Memory at = to.plus(i * bytes);
      if (mask != null) {
        masked.store(element, at, from, lanes, bits, mask, i);
      } else if (Elements.isNarrow(element)) {
        storeNarrow(element, at, from, lanes, bits);
      } else {
        elements.write(at, from, bytes);
      }
    }
  }

  private void storeNarrow(MemoryType element, Arg.Memory to, Reg from, int lanes, int bits) {
    boolean toMemory = lanes >= LEAST_LANES && (target.isWide() || element == MemoryType.F16);
    if (!toMemory) {
      elements.write(to, elements.narrowed(element, from, bits), lanes * element.bytes());
      return;
    }
    Instruction op = Elements.narrowing(element);
    Reg rounded = elements.rounded(element, from, bits);
    if (op == VCVTPS2PH) {
      lir.effect(op, to, rounded.at(bits), new Arg.Number(0));
    } else {
      lir.effect(op, to, rounded.at(bits));
    }
  }

  void prefetch(Prefetch prefetch) {
    lir.effect(PREFETCHT0, words.memory(prefetch.address()));
  }
}
