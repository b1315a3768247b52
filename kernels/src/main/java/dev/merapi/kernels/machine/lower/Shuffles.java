package dev.merapi.kernels.machine.lower;

import static dev.merapi.kernels.x64.Instruction.*;

import dev.merapi.kernels.ir.Permutation;
import dev.merapi.kernels.ir.Pure.Concat;
import dev.merapi.kernels.ir.Pure.Permute;
import dev.merapi.kernels.ir.Pure.Slice;
import dev.merapi.kernels.ir.VectorType;
import dev.merapi.kernels.x64.Instruction;
import java.util.Arrays;

/// Lanes that go to other places. Where whole registers do, nothing is to be done.
final class Shuffles {
  private static final int QUARTER = 128;

  /// Orders of four lanes, as constants of instructions: two bits a lane, the first lowest.
  private static final int NEIGHBOURS_SWAPPED = 0b10_11_00_01;

  private static final int HALVES_SWAPPED = 0b01_00_11_10;
  private static final int MIDDLE_SWAPPED = 0b11_01_10_00;
  private static final int EVEN = 0b10_00_10_00;
  private static final int ODD = 0b11_01_11_01;
  private static final int HIGH_HALF = 0b11_10_11_10;
  private static final int EACH = 0b01_01_01_01;

  /// Of `vperm2f128`: the low, or the high, quarters of both operands.
  private static final int LOW_QUARTERS = 0x20;

  private static final int HIGH_QUARTERS = 0x31;

  private final Values values;
  private final Target target;
  private final Lir lir;

  Shuffles(Values values) {
    this.values = values;
    this.target = values.target;
    this.lir = values.lir;
  }

  private Reg op(Instruction op, int bits, Reg a, Reg b) {
    Reg result = lir.vector(bits);
    lir.def(op, result.all(), a.at(bits), b.at(bits));
    return result;
  }

  private Reg op(Instruction op, int bits, Reg a, Reg b, int order) {
    Reg result = lir.vector(bits);
    lir.def(op, result.all(), a.at(bits), b.at(bits), new Arg.Number(order));
    return result;
  }

  private Reg op(Instruction op, int bits, Reg a, int order) {
    Reg result = lir.vector(bits);
    lir.def(op, result.all(), a.at(bits), new Arg.Number(order));
    return result;
  }

  // Parts of vectors

  void slice(Slice slice) {
    VectorType whole = slice.operand().vector();
    VectorType type = slice.result().vector();
    Reg[] parts = values.registers(slice.operand());
    int lanes = target.lanes(whole);
    int first = slice.from() / lanes;
    if (type.count() >= lanes) {
      Reg[] some = Arrays.copyOfRange(parts, first, first + type.count() / lanes);
      values.define(slice.result(), some);
    } else {
      int laneBits = type.lane().bits();
      int at = slice.from() % lanes * laneBits;
      values.define(slice.result(), extract(parts[first], at, type.count() * laneBits));
    }
  }

  /// Some bits of a register, from a multiple of their number on, at the start of another.
  Reg extract(Reg from, int at, int length) {
    if (at == 0) {
      return from;
    }
    if (length > QUARTER) {
      return part(VEXTRACTF64X4, from, 512, 256, at / length);
    }
    Reg quarter = from;
    if (at >= QUARTER) {
      int bits = at >= 256 ? 512 : 256;
      quarter =
          part(target.isWide() ? VEXTRACTF32X4 : VEXTRACTF128, from, bits, QUARTER, at / QUARTER);
    }
    int inside = at % QUARTER;
    if (inside == 0) {
      return quarter;
    }
    return op(VPERMILPS, QUARTER, quarter, length == 64 ? HIGH_HALF : inside / 32 * EACH);
  }

  private Reg part(Instruction op, Reg from, int bits, int length, int index) {
    Reg result = lir.vector(length);
    lir.def(op, result.all(), from.at(bits), new Arg.Number(index)).fixed();
    return result;
  }

  void concat(Concat concat) {
    VectorType half = concat.low().vector();
    Reg[] low = values.registers(concat.low());
    Reg[] high = values.registers(concat.high());
    int laneBits = half.lane().bits();
    if (half.count() * laneBits >= target.bits) {
      Reg[] all = Arrays.copyOf(low, low.length + high.length);
      System.arraycopy(high, 0, all, low.length, high.length);
      values.define(concat.result(), all);
    } else {
      values.define(concat.result(), join(low[0], high[0], half.count() * laneBits));
    }
  }

  /// Some bits of one register, then as many of another.
  Reg join(Reg low, Reg high, int length) {
    return switch (length) {
      case 32 -> op(VUNPCKLPS, QUARTER, low, high);
      case 64 -> op(VUNPCKLPD, QUARTER, low, high);
      case 128 -> insert(target.isWide() ? VINSERTF32X4 : VINSERTF128, 256, low, high, 128);
      default -> insert(VINSERTF64X4, 512, low, high, 256);
    };
  }

  private Reg insert(Instruction op, int bits, Reg low, Reg high, int length) {
    Reg result = lir.vector(bits);
    lir.def(op, result.all(), low.at(bits), high.at(length), new Arg.Number(1));
    return result;
  }

  // Other orders

  void permute(Permute permute) {
    VectorType type = permute.result().vector();
    Reg[] from = values.registers(permute.operand());
    int laneBits = type.lane().bits();
    int parts = from.length;
    Reg[] to = new Reg[parts];
    if (permute.permutation() == Permutation.SWAP) {
      int lanes = target.lanes(type);
      int distance = permute.distance();
      for (int i = 0; i < parts; i++) {
        to[i] =
            distance >= lanes
                ? from[i ^ distance / lanes]
                : swap(from[i], target.width(type), distance * laneBits);
      }
    } else if (parts == 1) {
      to[0] = apart(permute.permutation(), from[0], type);
    } else {
      int half = parts / 2;
      for (int i = 0; i < half; i++) {
        if (permute.permutation() == Permutation.ZIP) {
          zip(from[i], from[half + i], laneBits, to, 2 * i);
        } else {
          to[i] = unzip(from[2 * i], from[2 * i + 1], laneBits, 0);
          to[half + i] = unzip(from[2 * i], from[2 * i + 1], laneBits, 1);
        }
      }
    }
    values.define(permute.result(), to);
  }

  /// Groups of so many bits change places with their neighbours.
  private Reg swap(Reg a, int bits, int group) {
    return switch (group) {
      case 32 -> op(VPERMILPS, bits, a, NEIGHBOURS_SWAPPED);
      case 64 -> op(VPERMILPS, bits, a, HALVES_SWAPPED);
      case 128 ->
          bits == 256
              ? op(VPERMPD, bits, a, HALVES_SWAPPED)
              : op(VSHUFF64X2, bits, a, a, NEIGHBOURS_SWAPPED);
      default -> op(VSHUFF64X2, bits, a, a, HALVES_SWAPPED);
    };
  }

  /// The interleaved halves of one register, or back.
  private Reg apart(Permutation permutation, Reg a, VectorType type) {
    int count = type.count();
    int laneBits = type.lane().bits();
    if (count == 2) {
      return a;
    }
    if (count == 4) {
      return laneBits == 32
          ? op(VPERMILPS, QUARTER, a, MIDDLE_SWAPPED)
          : op(VPERMPD, 256, a, MIDDLE_SWAPPED);
    }
    long[] order = new long[count];
    for (int i = 0; i < count; i++) {
      order[i] = permutation.source(i, count, 0);
    }
    Reg index = values.literals.register(Literal.ofLanes(laneBits, order));
    return op(laneBits == 32 ? VPERMPS : VPERMPD, count * laneBits, index, a);
  }

  /// Two registers interleaved.
  ///
  /// @param to takes the two results
  /// @param at the number of the first
  private void zip(Reg a, Reg b, int laneBits, Reg[] to, int at) {
    if (!target.isWide()) {
      Reg low = op(laneBits == 32 ? VUNPCKLPS : VUNPCKLPD, 256, a, b);
      Reg high = op(laneBits == 32 ? VUNPCKHPS : VUNPCKHPD, 256, a, b);
      to[at] = op(VPERM2F128, 256, low, high, LOW_QUARTERS);
      to[at + 1] = op(VPERM2F128, 256, low, high, HIGH_QUARTERS);
      return;
    }
    int lanes = target.bits / laneBits;
    for (int half = 0; half < 2; half++) {
      long[] order = new long[lanes];
      for (int i = 0; i < lanes; i++) {
        order[i] = half * lanes / 2 + i / 2 + (long) i % 2 * lanes;
      }
      to[at + half] = choose(a, b, laneBits, order);
    }
  }

  /// The even or odd lanes of two registers.
  ///
  /// @param odd 0 or 1
  private Reg unzip(Reg a, Reg b, int laneBits, int odd) {
    if (!target.isWide()) {
      Reg both =
          laneBits == 32
              ? op(VSHUFPS, 256, a, b, odd == 0 ? EVEN : ODD)
              : op(odd == 0 ? VUNPCKLPD : VUNPCKHPD, 256, a, b);
      return op(VPERMPD, 256, both, MIDDLE_SWAPPED);
    }
    int lanes = target.bits / laneBits;
    long[] order = new long[lanes];
    for (int i = 0; i < lanes; i++) {
      order[i] = 2L * i + odd;
    }
    return choose(a, b, laneBits, order);
  }

  /// Lanes of two registers by their numbers.
  private Reg choose(Reg a, Reg b, int laneBits, long[] order) {
    Reg index = values.literals.register(Literal.ofLanes(laneBits, order));
    Reg result = lir.vector(512);
    lir.move(result, a);
    lir.update(laneBits == 32 ? VPERMT2PS : VPERMT2PD, result.all(), index.at(512), b.at(512));
    return result;
  }

  /// The even 32-bit lanes of one or two registers: 64-bit lanes, narrowed.
  Reg lowHalves(Reg a, Reg b) {
    return unzip(a, b, 32, 0);
  }

  /// The same for one register of AVX2.
  ///
  /// @param bits 128 or 256
  Reg lowHalves(Reg a, int bits) {
    return bits == QUARTER
        ? op(VPERMILPS, QUARTER, a, MIDDLE_SWAPPED)
        : op(VSHUFPS, QUARTER, a, extract(a, QUARTER, QUARTER), EVEN);
  }
}
