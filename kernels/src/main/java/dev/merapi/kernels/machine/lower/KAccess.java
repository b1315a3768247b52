package dev.merapi.kernels.machine.lower;

import static dev.merapi.kernels.x64.Instruction.*;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Value;
import dev.merapi.kernels.x64.Instruction;
import org.jspecify.annotations.Nullable;

/// With AVX-512: elements that a mask leaves out are not touched by the processor.
final class KAccess implements MaskedAccess {
  private static final Literal TRUE = Literal.splat(Integer.SIZE, 0x01010101);

  private final Values values;
  private final Lir lir;
  private final KMasks masks;
  private final Elements elements;

  KAccess(Values values, KMasks masks, Elements elements) {
    this.values = values;
    this.lir = values.lir;
    this.masks = masks;
    this.elements = elements;
  }

  private static int laneBits(MemoryType element) {
    return Math.max(Integer.SIZE, element.bytes() * Byte.SIZE);
  }

  @Override
  public Reg load(MemoryType element, Arg.Memory from, int lanes, int bits, Value mask, int part) {
    Reg on = masks.of(mask, part, laneBits(element));
    Reg result = lir.vector(bits);
    Instruction op =
        Elements.isNarrow(element)
            ? Elements.widening(element)
            : element.bytes() == Long.BYTES ? VMOVUPD : VMOVUPS;
    lir.def(op, result.all(), from).zero(on);
    return elements.widened(element, result);
  }

  @Override
  public void store(
      MemoryType element, Arg.Memory to, Reg from, int lanes, int bits, Value mask, int part) {
    Reg on = masks.of(mask, part, laneBits(element));
    if (!Elements.isNarrow(element)) {
      lir.effect(element.bytes() == Long.BYTES ? VMOVUPD : VMOVUPS, to, from.at(bits)).merge(on);
      return;
    }
    Reg rounded = elements.rounded(element, from, bits);
    Instruction op = Elements.narrowing(element);
    Step step =
        op == VCVTPS2PH
            ? lir.effect(op, to, rounded.at(bits), new Arg.Number(0))
            : lir.effect(op, to, rounded.at(bits));
    step.merge(on);
  }

  @Override
  public void loadMask(Value result, Arg.Memory from, @Nullable Value mask) {
    int lanes = Math.min(result.count(), KMasks.LANES);
    Reg[] all = new Reg[result.count() / lanes];
    for (int i = 0; i < all.length; i++) {
      Arg.Memory at = from.plus(i * lanes);
      Reg bytes;
      if (mask == null) {
        bytes = elements.read(at, lanes);
      } else {
        Reg on = masks.piece(mask, i);
        bytes = lir.vector(128);
        lir.def(VMOVDQU8, bytes.all(), at).zero(on);
      }
      all[i] = lir.mask();
      lir.def(VPTESTMB, all[i].all(), bytes.all(), bytes.all());
    }
    values.define(result, all);
  }

  @Override
  public void storeMask(Arg.Memory to, Value from, @Nullable Value mask) {
    int lanes = Math.min(from.count(), KMasks.LANES);
    for (int i = 0; i < from.count() / lanes; i++) {
      Arg.Memory at = to.plus(i * lanes);
      Reg bytes = lir.vector(128);
      Reg on = masks.piece(from, i);
      lir.def(VMOVDQU8, bytes.all(), values.literals.operand(TRUE, 128)).zero(on);
      if (mask == null) {
        elements.write(at, bytes, lanes);
      } else {
        Reg kept = masks.piece(mask, i);
        lir.effect(VMOVDQU8, at, bytes.all()).merge(kept);
      }
    }
  }
}
