package dev.merapi.kernels.machine.lower;

import static dev.merapi.kernels.x64.Instruction.*;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Value;
import dev.merapi.kernels.x64.Instruction;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// With AVX2: elements of 32 and 64 bits have instructions that touch only some of them. Narrow
/// ones are taken one after the other, those that a mask leaves out from, or to, memory of our own.
final class LaneAccess implements MaskedAccess {
  private static final int WIDTH = 128;

  private final Values values;
  private final Target target;
  private final Lir lir;
  private final LaneMasks masks;
  private final Elements elements;
  private @Nullable Slot rubbish;

  LaneAccess(Values values, LaneMasks masks, Elements elements) {
    this.values = values;
    this.target = values.target;
    this.lir = values.lir;
    this.masks = masks;
    this.elements = elements;
  }

  @Override
  public Reg load(MemoryType element, Arg.Memory from, int lanes, int bits, Value mask, int part) {
    Reg result = lir.vector(bits);
    if (!Elements.isNarrow(element)) {
      Reg on = exact(mask, part, lanes, bits, element.bytes() * Byte.SIZE);
      lir.def(move(element), result.all(), on.at(bits), from);
      return result;
    }
    Reg on = bits(mask, part, Integer.SIZE);
    Reg all = gathered(from, element.bytes(), lanes, on);
    lir.def(Elements.widening(element), result.all(), all.at(WIDTH));
    return elements.widened(element, result);
  }

  @Override
  public void store(
      MemoryType element, Arg.Memory to, Reg from, int lanes, int bits, Value mask, int part) {
    if (Elements.isNarrow(element)) {
      Reg all = elements.narrowed(element, from, bits);
      scatter(to, all, element.bytes(), lanes, bits(mask, part, Integer.SIZE));
    } else {
      Reg on = exact(mask, part, lanes, bits, element.bytes() * Byte.SIZE);
      lir.effect(move(element), to, on.at(bits), from.at(bits));
    }
  }

  private static Instruction move(MemoryType element) {
    return element.bytes() == Long.BYTES ? VMASKMOVPD : VMASKMOVPS;
  }

  /// A part of a mask whose lanes beyond the mask's are off.
  private Reg exact(Value mask, int part, int lanes, int bits, int size) {
    Reg on = masks.of(mask, part, size);
    if (lanes * size == bits) {
      return on;
    }
    long[] own = new long[bits / size];
    Arrays.fill(own, 0, lanes, -1);
    Reg result = lir.vector(bits);
    Arg some = values.literals.operand(Literal.ofLanes(size, own), bits);
    lir.def(VPAND, result.all(), on.at(bits), some);
    return result;
  }

  private Reg bits(Value mask, int part, int size) {
    int bits = target.width(mask.count(), size);
    return masks.bits(masks.of(mask, part, size), bits, size);
  }

  /// Elements of one or two bytes side by side, zeros where a mask is off.
  private Reg gathered(Arg.Memory from, int bytes, int lanes, Reg on) {
    Literal zero = Literal.splat(Integer.SIZE, 0);
    Reg zeros = lir.general();
    lir.def(LEA, zeros.all(), new Arg.Pool(zero, WIDTH));
    Reg all = values.literals.register(zero);
    for (int lane = 0; lane < lanes; lane++) {
      Reg at = address(from.plus(lane * bytes), lane, on, zeros);
      Reg next = lir.vector(WIDTH);
      Arg element = new Arg.Memory(at, null, 1, 0, 0, false);
      Instruction insert = bytes == 1 ? VPINSRB : VPINSRW;
      lir.def(insert, next.all(), all.at(WIDTH), element, new Arg.Number(lane));
      all = next;
    }
    return all;
  }

  private void scatter(Arg.Memory to, Reg all, int bytes, int lanes, Reg on) {
    if (rubbish == null) {
      rubbish = new Slot(Long.BYTES);
    }
    Reg nowhere = lir.general();
    lir.def(LEA, nowhere.all(), new Arg.Stack(rubbish));
    for (int lane = 0; lane < lanes; lane++) {
      Reg at = address(to.plus(lane * bytes), lane, on, nowhere);
      Arg element = new Arg.Memory(at, null, 1, 0, 0, false);
      Instruction extract = bytes == 1 ? VPEXTRB : VPEXTRW;
      lir.effect(extract, element, all.at(WIDTH), new Arg.Number(lane));
    }
  }

  /// The address of an element, or another where it is off.
  private Reg address(Arg.Memory element, int lane, Reg on, Reg otherwise) {
    Reg at = lir.general();
    lir.def(LEA, at.all(), element);
    lir.effect(BT, on.at(32), new Arg.Number(lane));
    lir.update(CMOVAE, at.all(), otherwise.all());
    return at;
  }

  @Override
  public void loadMask(Value result, Arg.Memory from, @Nullable Value mask) {
    Reg[] all = masks.fresh(result);
    int bits = all[0].bits;
    int lanes = result.count() / all.length;
    int size = masks.laneBits(result);
    Reg zero = values.literals.register(Literal.splat(Integer.SIZE, 0));
    for (int i = 0; i < all.length; i++) {
      Arg.Memory at = from.plus(i * lanes);
      Reg bytes =
          mask == null ? elements.read(at, lanes) : gathered(at, 1, lanes, bits(mask, i, size));
      Reg wide = lir.vector(bits);
      boolean isLong = size == Long.SIZE;
      lir.def(isLong ? VPMOVZXBQ : VPMOVZXBD, wide.all(), bytes.at(WIDTH));
      lir.def(isLong ? VPCMPGTQ : VPCMPGTD, all[i].all(), wide.all(), zero.at(bits));
    }
    values.define(result, all);
  }

  /// By way of 32-bit lanes: words and bytes keep the ones, whose magnitude is 1.
  @Override
  public void storeMask(Arg.Memory to, Value from, @Nullable Value mask) {
    int count = from.count();
    int lanes = target.lanes(count, Integer.SIZE);
    int bits = target.width(count, Integer.SIZE);
    for (int i = 0; i < count / lanes; i++) {
      Arg.Memory at = to.plus(i * lanes);
      Reg wide = lir.vector(bits);
      lir.move(wide, masks.of(from, i, Integer.SIZE));
      Reg words = elements.packed(VPACKSSDW, wide);
      Reg bytes = lir.vector(WIDTH);
      lir.def(VPACKSSWB, bytes.all(), words.all(), words.all());
      Reg ones = lir.vector(WIDTH);
      lir.def(VPABSB, ones.all(), bytes.all());
      if (mask == null) {
        elements.write(at, ones, lanes);
      } else {
        scatter(at, ones, 1, lanes, bits(mask, i, Integer.SIZE));
      }
    }
  }
}
