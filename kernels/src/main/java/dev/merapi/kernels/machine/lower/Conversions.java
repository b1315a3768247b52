package dev.merapi.kernels.machine.lower;

import static dev.merapi.kernels.x64.Instruction.*;

import dev.merapi.kernels.ir.Lane;
import dev.merapi.kernels.ir.Pure.Convert;
import dev.merapi.kernels.ir.VectorType;
import dev.merapi.kernels.x64.Instruction;

/// Lanes that become lanes of another type.
final class Conversions {
  /// Predicates of `vcmpps`.
  private static final int ORDERED = 7;

  private static final int AT_LEAST = 0x1d;

  private static final long MOST = Integer.MAX_VALUE;

  private final Values values;
  private final Target target;
  private final Lir lir;
  private final Shuffles shuffles;

  Conversions(Values values, Shuffles shuffles) {
    this.values = values;
    this.target = values.target;
    this.lir = values.lir;
    this.shuffles = shuffles;
  }

  void convert(Convert convert) {
    VectorType from = convert.operand().vector();
    VectorType to = convert.result().vector();
    Reg[] parts = values.registers(convert.operand());
    values.define(
        convert.result(),
        switch (from.lane()) {
          case F32 -> to.lane() == Lane.F64 ? widened(VCVTPS2PD, parts, to) : fromF32(parts, to);
          case F64 -> narrowed(parts, from, to);
          case I32 ->
              switch (to.lane()) {
                case F32 -> each(VCVTDQ2PS, parts, to);
                case F64 -> widened(VCVTDQ2PD, parts, to);
                default -> widened(VPMOVSXDQ, parts, to);
              };
          case I64 -> narrowed(parts, from, to);
        });
  }

  private Reg[] each(Instruction op, Reg[] parts, VectorType to) {
    int bits = target.width(to);
    Reg[] results = new Reg[parts.length];
    for (int i = 0; i < parts.length; i++) {
      results[i] = lir.vector(bits);
      lir.def(op, results[i].all(), parts[i].at(bits));
    }
    return results;
  }

  /// To lanes of twice the size.
  private Reg[] widened(Instruction op, Reg[] parts, VectorType to) {
    int bits = target.width(to);
    int halfBits = target.lanes(to) * Integer.SIZE;
    Reg[] results = new Reg[target.parts(to)];
    for (int i = 0; i < results.length; i++) {
      int at = i * halfBits;
      Reg half = shuffles.extract(parts[at / target.bits], at % target.bits, halfBits);
      results[i] = widened(op, half, bits);
    }
    return results;
  }

  /// The lower half of a register to lanes of twice the size.
  Reg widened(Instruction op, Reg from, int bits) {
    Reg result = lir.vector(bits);
    lir.def(op, result.all(), from.at(Math.max(128, bits / 2)));
    return result;
  }

  /// To lanes of half the size.
  private Reg[] narrowed(Reg[] parts, VectorType from, VectorType to) {
    int bits = target.width(from);
    Reg[] results = new Reg[target.parts(to)];
    for (int i = 0; i < results.length; i++) {
      if (parts.length == 1) {
        results[i] = narrowed(parts[0], from.lane(), to.lane(), bits);
      } else if (from.lane() == Lane.I64 && !target.isWide()) {
        results[i] = shuffles.lowHalves(parts[2 * i], parts[2 * i + 1]);
      } else {
        Reg low = narrowed(parts[2 * i], from.lane(), to.lane(), bits);
        Reg high = narrowed(parts[2 * i + 1], from.lane(), to.lane(), bits);
        results[i] = shuffles.join(low, high, bits / 2);
      }
    }
    return results;
  }

  private Reg narrowed(Reg a, Lane from, Lane to, int bits) {
    if (from == Lane.I64) {
      return target.isWide() ? narrowed(VPMOVQD, a, bits) : shuffles.lowHalves(a, bits);
    }
    return to == Lane.F32
        ? narrowed(VCVTPD2PS, a, bits)
        : narrowed(VCVTTPD2DQ, fittedToInt(a, bits), bits);
  }

  private Reg narrowed(Instruction op, Reg a, int bits) {
    Reg result = lir.vector(Math.max(128, bits / 2));
    lir.def(op, result.all(), a.at(bits)).fixed();
    return result;
  }

  /// Doubles of which NaN is zero and what is too large the largest integer. What is too small is
  /// converted to the smallest by the processor.
  private Reg fittedToInt(Reg a, int bits) {
    Arg most =
        values.literals.operand(Literal.splat(Long.SIZE, Double.doubleToRawLongBits(MOST)), bits);
    Reg result = lir.vector(bits);
    if (target.isWide()) {
      Reg isNumber = lir.mask();
      lir.def(VCMPPD, isNumber.all(), a.at(bits), a.at(bits), new Arg.Number(ORDERED)).fixed();
      lir.def(VMINPD, result.all(), a.at(bits), most).zero(isNumber);
      return result;
    }
    Reg isNumber = lir.vector(bits);
    Reg number = lir.vector(bits);
    lir.def(VCMPPD, isNumber.all(), a.at(bits), a.at(bits), new Arg.Number(ORDERED)).fixed();
    lir.def(VANDPD, number.all(), a.at(bits), isNumber.all());
    lir.def(VMINPD, result.all(), number.all(), most);
    return result;
  }

  /// The processor converts what does not fit to the smallest integer: too large floats are turned
  /// over to the largest, and NaN is left out.
  private Reg[] fromF32(Reg[] parts, VectorType to) {
    int bits = target.width(to);
    Literal limit = Literal.splat(Integer.SIZE, Float.floatToRawIntBits(0x1p31f));
    Reg[] results = new Reg[parts.length];
    for (int i = 0; i < parts.length; i++) {
      Arg.Register a = parts[i].at(bits);
      Arg tooLarge = values.literals.operand(limit, bits);
      results[i] = target.isWide() ? wideFromF32(a, tooLarge) : narrowFromF32(a, tooLarge);
    }
    return results;
  }

  private Reg wideFromF32(Arg.Register a, Arg limit) {
    Reg isNumber = lir.mask();
    Reg isLarge = lir.mask();
    Reg cut = lir.vector(a.bits);
    lir.def(VCMPPS, isNumber.all(), a, a, new Arg.Number(ORDERED)).fixed();
    lir.def(VCMPPS, isLarge.all(), a, limit, new Arg.Number(AT_LEAST));
    lir.def(VCVTTPS2DQ, cut.all(), a).zero(isNumber);
    Reg result = lir.vector(a.bits);
    Arg most = values.literals.operand(Literal.splat(Integer.SIZE, MOST), a.bits);
    lir.def(VPBLENDMD, result.all(), cut.all(), most).maskedBy(isLarge);
    return result;
  }

  private Reg narrowFromF32(Arg.Register a, Arg limit) {
    Reg isNumber = lir.vector(a.bits);
    Reg isLarge = lir.vector(a.bits);
    Reg cut = lir.vector(a.bits);
    Reg turned = lir.vector(a.bits);
    Reg result = lir.vector(a.bits);
    lir.def(VCMPPS, isNumber.all(), a, a, new Arg.Number(ORDERED)).fixed();
    lir.def(VCMPPS, isLarge.all(), a, limit, new Arg.Number(AT_LEAST));
    lir.def(VCVTTPS2DQ, cut.all(), a);
    lir.def(VPXOR, turned.all(), cut.all(), isLarge.all());
    lir.def(VPAND, result.all(), turned.all(), isNumber.all());
    return result;
  }
}
