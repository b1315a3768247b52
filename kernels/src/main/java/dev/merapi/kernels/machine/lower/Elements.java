package dev.merapi.kernels.machine.lower;

import static dev.merapi.kernels.x64.Instruction.*;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.x64.Instruction;

/// Elements of memory as lanes, and lanes as elements, in registers.
final class Elements {
  private static final int UNORDERED = 3;
  private static final int NAN = 0x7fc0;
  private static final int HALF = 16;

  private final Target target;
  private final Lir lir;
  private final Literals literals;
  private final Shuffles shuffles;

  Elements(Values values, Shuffles shuffles) {
    this.target = values.target;
    this.lir = values.lir;
    this.literals = values.literals;
    this.shuffles = shuffles;
  }

  /// Whether an element is smaller than its lane.
  static boolean isNarrow(MemoryType element) {
    return element.bytes() < Integer.BYTES;
  }

  /// The instruction that widens elements to lanes; those of `bf16` are then in the lower half.
  static Instruction widening(MemoryType element) {
    return switch (element) {
      case I8 -> VPMOVSXBD;
      case U8 -> VPMOVZXBD;
      case I16 -> VPMOVSXWD;
      case U16, BF16 -> VPMOVZXWD;
      case F16 -> VCVTPH2PS;
      default -> throw new IllegalArgumentException("not narrow: element=" + element);
    };
  }

  /// Lanes from elements that were widened.
  Reg widened(MemoryType element, Reg lanes) {
    return element == MemoryType.BF16 ? shift(VPSLLD, lanes, HALF) : lanes;
  }

  private Reg shift(Instruction op, Reg a, int distance) {
    Reg result = lir.vector(a.bits);
    lir.def(op, result.all(), a.all(), new Arg.Number(distance)).fixed();
    return result;
  }

  private Reg op(Instruction op, Reg a, Arg b) {
    Reg result = lir.vector(a.bits);
    lir.def(op, result.all(), a.all(), b);
    return result;
  }

  /// So many bytes of memory at the start of a register, zeros behind them.
  ///
  /// @param bytes 1, 2, 4, 8 or 16
  Reg read(Arg.Memory from, int bytes) {
    Reg result = lir.vector(128);
    switch (bytes) {
      case 1, 2 -> {
        Reg word = lir.general();
        lir.def(MOVZX, word.at(32), from.sized(bytes * Byte.SIZE));
        lir.def(VMOVD, result.all(), word.at(32)).fixed();
      }
      case 4 -> lir.def(VMOVSS, result.all(), from);
      case 8 -> lir.def(VMOVSD, result.all(), from);
      default -> lir.def(VMOVUPS, result.all(), from);
    }
    return result;
  }

  /// Writes the first bytes of a register.
  ///
  /// @param bytes a power of two
  void write(Arg.Memory to, Reg from, int bytes) {
    Arg low = from.at(128);
    switch (bytes) {
      case 1 -> lir.effect(VPEXTRB, to, low, new Arg.Number(0));
      case 2 -> lir.effect(VPEXTRW, to, low, new Arg.Number(0));
      case 4 -> lir.effect(VMOVSS, to, low);
      case 8 -> lir.effect(VMOVSD, to, low);
      default -> lir.effect(VMOVUPS, to, from.at(bytes * Byte.SIZE));
    }
  }

  /// The instruction that takes the low parts of lanes, or rounds them, with AVX-512; to memory
  /// too.
  static Instruction narrowing(MemoryType element) {
    return switch (element) {
      case I8, U8 -> VPMOVDB;
      case I16, U16, BF16 -> VPMOVDW;
      case F16 -> VCVTPS2PH;
      default -> throw new IllegalArgumentException("not narrow: element=" + element);
    };
  }

  /// Lanes as they are to be narrowed: those of `bf16` rounded, in the lower half.
  Reg rounded(MemoryType element, Reg lanes, int bits) {
    return element == MemoryType.BF16 ? toBfloat16(lanes, bits) : lanes;
  }

  /// Half a unit less one, and one more if the last bit that stays is odd, carry into it.
  private Reg toBfloat16(Reg lanes, int bits) {
    Reg high = lir.vector(bits);
    lir.def(VPSRLD, high.all(), lanes.at(bits), new Arg.Number(HALF)).fixed();
    Reg odd = op(and(), high, literals.operand(Literal.splat(32, 1), bits));
    Reg most = op(VPADDD, odd, literals.operand(Literal.splat(32, 0x7fff), bits));
    Reg sum = shift(VPSRLD, op(VPADDD, most, lanes.at(bits)), HALF);
    Reg result = lir.vector(bits);
    Arg nan = literals.operand(Literal.splat(32, NAN), bits);
    Arg.Register a = lanes.at(bits);
    if (target.isWide()) {
      Reg isNan = lir.mask();
      lir.def(VCMPPS, isNan.all(), a, a, new Arg.Number(UNORDERED)).fixed();
      lir.def(VPBLENDMD, result.all(), sum.all(), nan).maskedBy(isNan);
    } else {
      Reg isNan = lir.vector(bits);
      lir.def(VCMPPS, isNan.all(), a, a, new Arg.Number(UNORDERED)).fixed();
      lir.def(VBLENDVPS, result.all(), sum.all(), nan, isNan.all()).memoryAt = 2;
    }
    return result;
  }

  private Instruction and() {
    return target.isWide() ? VPANDD : VPAND;
  }

  /// Lanes as elements, side by side at the start of a register.
  Reg narrowed(MemoryType element, Reg lanes, int bits) {
    Reg from = rounded(element, lanes, bits);
    boolean isByte = element.bytes() == 1;
    if (element == MemoryType.F16) {
      Reg result = lir.vector(Math.max(128, bits / 2));
      lir.def(VCVTPS2PH, result.all(), from.at(bits), new Arg.Number(0)).fixed();
      return result;
    }
    if (target.isWide()) {
      Reg result = lir.vector(Math.max(128, bits / (isByte ? 4 : 2)));
      lir.def(narrowing(element), result.all(), from.at(bits)).fixed();
      return result;
    }
    Literal low = Literal.splat(32, isByte ? 0xff : 0xffff);
    Reg wrapped = lir.vector(bits);
    lir.def(VPAND, wrapped.all(), from.at(bits), literals.operand(low, bits));
    Reg words = packed(VPACKUSDW, wrapped);
    return isByte ? op(VPACKUSWB, words, words.all()) : words;
  }

  /// The lanes of one register of AVX2 in half the space.
  Reg packed(Instruction op, Reg lanes) {
    Reg high = lanes.bits == 128 ? lanes : shuffles.extract(lanes, 128, 128);
    Reg result = lir.vector(128);
    lir.def(op, result.all(), lanes.at(128), high.at(128));
    return result;
  }
}
