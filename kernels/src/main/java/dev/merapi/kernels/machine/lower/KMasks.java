package dev.merapi.kernels.machine.lower;

import static dev.merapi.kernels.x64.Instruction.*;

import dev.merapi.kernels.ir.Comparison;
import dev.merapi.kernels.ir.MaskTest;
import dev.merapi.kernels.ir.Pure.Compare;
import dev.merapi.kernels.ir.Pure.MaskBelow;
import dev.merapi.kernels.ir.Pure.MaskLogic;
import dev.merapi.kernels.ir.Pure.Select;
import dev.merapi.kernels.ir.Pure.TestMask;
import dev.merapi.kernels.ir.Value;
import dev.merapi.kernels.ir.VectorType;
import dev.merapi.kernels.x64.Instruction;

/// Masks in the mask registers of AVX-512: sixteen lanes in each, whatever their size. The bits
/// beyond the lanes of a mask are zero, so that it never lets memory be touched.
final class KMasks extends Masks {
  static final int LANES = 16;

  KMasks(Values values) {
    super(values);
  }

  private static int pieces(int count) {
    return Math.ceilDiv(count, LANES);
  }

  @Override
  Reg[] fresh(Value mask) {
    Reg[] all = new Reg[pieces(mask.count())];
    for (int i = 0; i < all.length; i++) {
      all[i] = lir.mask();
    }
    return all;
  }

  @Override
  void join(Value mask, Value result) {}

  @Override
  Literal literal(long bits, Value like, int part) {
    return Literal.mask(bits >>> part * LANES);
  }

  @Override
  Reg[] like(Value mask, Value other) {
    Reg[] all = new Reg[pieces(mask.count())];
    for (int i = 0; i < all.length; i++) {
      all[i] = piece(mask, i);
    }
    return all;
  }

  /// Sixteen lanes of a mask.
  Reg piece(Value mask, int piece) {
    return values.isConstant(mask)
        ? values.literals.register(literal(values.constant(mask), mask, piece))
        : values.defined(mask)[piece];
  }

  @Override
  Reg of(Value mask, int part, int laneBits) {
    int from = part * target.lanes(mask.count(), laneBits);
    Reg piece = piece(mask, from / LANES);
    return from % LANES == 0 ? piece : shifted(KSHIFTRW, piece, from % LANES);
  }

  private Reg shifted(Instruction op, Reg from, int distance) {
    Reg result = lir.mask();
    lir.def(op, result.all(), from.all(), new Arg.Number(distance));
    return result;
  }

  private Reg op(Instruction op, Reg a, Reg b) {
    Reg result = lir.mask();
    lir.def(op, result.all(), a.all(), b.all());
    return result;
  }

  @Override
  void compare(Compare compare) {
    VectorType type = compare.a().vector();
    Reg[] all = new Reg[pieces(type.count())];
    for (int part = 0; part < target.parts(type); part++) {
      Reg result = compare(compare, type, part);
      int from = part * target.lanes(type);
      if (from % LANES == 0) {
        all[from / LANES] = result;
      } else {
        all[from / LANES] = op(KUNPCKBW, result, all[from / LANES]);
      }
    }
    values.define(compare.result(), all);
  }

  private Reg compare(Compare compare, VectorType type, int part) {
    boolean isFloat = type.lane().isFloat();
    boolean isLong = type.lane().bits() == Long.SIZE;
    Instruction op = isFloat ? isLong ? VCMPPD : VCMPPS : isLong ? VPCMPQ : VPCMPD;
    int predicate =
        isFloat ? floatPredicate(compare.comparison()) : integerPredicate(compare.comparison());
    int bits = target.width(type);
    boolean isShort = type.count() * type.lane().bits() < bits;
    Reg lanes = isShort ? values.literals.register(Literal.mask(all(type.count()))) : null;
    Arg a = values.reg(compare.a(), part).at(bits);
    Arg b = values.operand(compare.b(), part, op, false);
    Reg result = lir.mask();
    Step step = lir.def(op, result.all(), a, b, new Arg.Number(predicate));
    if (lanes != null) {
      step.zero(lanes);
    }
    return result;
  }

  private static int integerPredicate(Comparison comparison) {
    return switch (comparison) {
      case EQ -> 0;
      case LT -> 1;
      case LE -> 2;
      case NE -> 4;
      case GE -> 5;
      case GT -> 6;
    };
  }

  @Override
  void logic(MaskLogic logic) {
    Value a = logic.operands().getFirst();
    Value b = logic.operands().getLast();
    Reg[] all = new Reg[pieces(a.count())];
    for (int i = 0; i < all.length; i++) {
      Reg x = piece(a, i);
      Reg y = piece(b, i);
      all[i] =
          switch (logic.op()) {
            case AND -> op(KANDW, x, y);
            case OR -> op(KORW, x, y);
            case XOR -> op(KXORW, x, y);
            case ANDNOT -> op(KANDNW, y, x);
            case NOT -> {
              long lanes = all(Math.min(a.count(), LANES));
              yield op(KXORW, x, values.literals.register(Literal.mask(lanes)));
            }
          };
    }
    values.define(logic.result(), all);
  }

  /// The lowest bits of a general register, by `bzhi`, which looks at eight bits of their number.
  @Override
  void below(MaskBelow below, Words words) {
    int count = below.result().count();
    Reg limit = words.between(below.limit(), count);
    Reg ones = lir.general();
    lir.number(ones, -1);
    Reg bits = lir.general();
    lir.def(BZHI, bits.all(), ones.all(), limit.all()).fixed();
    Reg[] all = new Reg[pieces(count)];
    for (int i = 0; i < all.length; i++) {
      if (i > 0) {
        Reg next = lir.general();
        lir.move(next, bits);
        lir.update(SHR, next.all(), new Arg.Number(LANES));
        bits = next;
      }
      all[i] = lir.mask();
      lir.def(KMOVW, all[i].all(), bits.at(32)).fixed();
    }
    values.define(below.result(), all);
  }

  @Override
  void select(Select select) {
    VectorType type = select.result().vector();
    boolean isLong = type.lane().bits() == Long.SIZE;
    int bits = target.width(type);
    Reg[] results = new Reg[target.parts(type)];
    Literal no = values.literal(select.no(), 0);
    boolean isZero = no != null && no.isZero();
    for (int part = 0; part < results.length; part++) {
      Reg mask = of(select.mask(), part, type.lane().bits());
      Reg result = lir.vector(bits);
      results[part] = result;
      if (isZero) {
        Instruction op = isLong ? VMOVAPD : VMOVAPS;
        lir.def(op, result.all(), values.reg(select.yes(), part).at(bits)).fixed().zero(mask);
      } else {
        Instruction op = isLong ? VBLENDMPD : VBLENDMPS;
        Reg second = values.reg(select.no(), part);
        Arg first = values.operand(select.yes(), part, op, false);
        lir.def(op, result.all(), second.at(bits), first).maskedBy(mask);
      }
    }
    values.define(select.result(), results);
  }

  @Override
  void jumpUnless(TestMask test, Mark to) {
    Value mask = test.mask();
    int count = mask.count();
    Reg all = piece(mask, 0);
    if (test.test() == MaskTest.FIRST) {
      Reg bits = lir.general();
      lir.def(KMOVW, bits.at(32), all.all()).fixed();
      lir.effect(TEST, bits.at(32), new Arg.Number(1));
      lir.jump(JE, to);
      return;
    }
    boolean isAny = test.test() == MaskTest.ANY;
    for (int i = 1; i < pieces(count); i++) {
      all = op(isAny ? KORW : KANDW, all, piece(mask, i));
    }
    if (isAny) {
      lir.effect(KORTESTW, all.all(), all.all());
      lir.jump(JE, to);
    } else if (count >= Byte.SIZE) {
      lir.effect(count == Byte.SIZE ? KORTESTB : KORTESTW, all.all(), all.all());
      lir.jump(JAE, to);
    } else {
      Reg bits = lir.general();
      lir.def(KMOVW, bits.at(32), all.all()).fixed();
      lir.effect(CMP, bits.at(32), new Arg.Number(all(count)));
      lir.jump(JNE, to);
    }
  }
}
