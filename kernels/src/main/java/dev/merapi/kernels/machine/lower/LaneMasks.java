package dev.merapi.kernels.machine.lower;

import static dev.merapi.kernels.x64.Instruction.*;

import dev.merapi.kernels.ir.Block;
import dev.merapi.kernels.ir.Comparison;
import dev.merapi.kernels.ir.Instruction.Load;
import dev.merapi.kernels.ir.Instruction.Store;
import dev.merapi.kernels.ir.MaskTest;
import dev.merapi.kernels.ir.Pure.Compare;
import dev.merapi.kernels.ir.Pure.MaskBelow;
import dev.merapi.kernels.ir.Pure.MaskLogic;
import dev.merapi.kernels.ir.Pure.Select;
import dev.merapi.kernels.ir.Pure.TestMask;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.Value;
import dev.merapi.kernels.ir.VectorType;
import dev.merapi.kernels.x64.Instruction;
import org.jspecify.annotations.Nullable;

/// Masks as vectors, for AVX2: a lane is all ones or all zeros, of 32 or of 64 bits. A mask has
/// lanes of the size at which it is compared or, if it is not, mostly used; where the other size is
/// needed it is converted. Lanes beyond those of a mask hold anything.
final class LaneMasks extends Masks {
  private final Shuffles shuffles;

  /// Of each value, uses with lanes of 64 bits less those with 32.
  private final int[] votes;

  private final int[] laneBits;

  LaneMasks(Values values, Shuffles shuffles, Routine routine) {
    super(values);
    this.shuffles = shuffles;
    this.votes = new int[routine.values()];
    this.laneBits = new int[routine.values()];
    count(routine.body());
  }

  private void count(Block block) {
    for (var instruction : block.instructions()) {
      if (instruction instanceof Select select) {
        vote(select.mask(), select.result());
      } else if (instruction instanceof Load load) {
        vote(load.mask(), load.result());
      } else if (instruction instanceof Store store) {
        vote(store.mask(), store.value());
      }
      for (Block nested : instruction.blocks()) {
        count(nested);
      }
    }
  }

  private void vote(@Nullable Value mask, Value vector) {
    if (mask != null && vector.type() instanceof VectorType type) {
      votes[mask.id()] += type.lane().bits() == Long.SIZE ? 1 : -1;
    }
  }

  /// The size of the lanes of a mask, which is decided when it is first asked for.
  int laneBits(Value mask) {
    int known = laneBits[mask.id()];
    if (known == 0) {
      known = votes[mask.id()] > 0 ? Long.SIZE : Integer.SIZE;
      laneBits[mask.id()] = known;
    }
    return known;
  }

  @Override
  Reg[] fresh(Value mask) {
    int size = laneBits(mask);
    Reg[] all = new Reg[target.parts(mask.count(), size)];
    for (int i = 0; i < all.length; i++) {
      all[i] = lir.vector(target.width(mask.count(), size));
    }
    return all;
  }

  @Override
  void join(Value mask, Value result) {
    votes[mask.id()] += votes[result.id()];
    laneBits[result.id()] = laneBits(mask);
  }

  @Override
  Literal literal(long bits, Value like, int part) {
    return literal(bits, like.count(), laneBits(like), part);
  }

  private Literal literal(long bits, int count, int size, int part) {
    int lanes = target.lanes(count, size);
    long own = bits >>> part * lanes & all(lanes);
    if (own == 0 || own == all(lanes)) {
      return Literal.splat(size, own == 0 ? 0 : -1);
    }
    long[] each = new long[target.width(count, size) / size];
    for (int i = 0; i < each.length; i++) {
      each[i] = -(own >>> i & 1);
    }
    return Literal.ofLanes(size, each);
  }

  @Override
  Reg[] like(Value mask, Value other) {
    return all(mask, laneBits(other));
  }

  /// The registers of a mask with lanes of a size.
  private Reg[] all(Value mask, int size) {
    Reg[] all = new Reg[target.parts(mask.count(), size)];
    for (int i = 0; i < all.length; i++) {
      all[i] = of(mask, i, size);
    }
    return all;
  }

  @Override
  Reg of(Value mask, int part, int size) {
    if (values.isConstant(mask)) {
      long bits = values.constant(mask);
      return values.literals.register(literal(bits, mask.count(), size, part));
    }
    Reg[] parts = values.defined(mask);
    int count = mask.count();
    int own = laneBits(mask);
    if (own == size) {
      return parts[part];
    }
    if (own == Integer.SIZE) {
      int bits = target.width(count, size);
      int halfBits = target.lanes(count, size) * Integer.SIZE;
      int at = part * halfBits;
      Reg half = shuffles.extract(parts[at / target.bits], at % target.bits, halfBits);
      Reg wide = lir.vector(bits);
      lir.def(VPMOVSXDQ, wide.all(), half.at(128));
      return wide;
    }
    return parts.length == 1
        ? shuffles.lowHalves(parts[0], target.width(count, own))
        : shuffles.lowHalves(parts[2 * part], parts[2 * part + 1]);
  }

  private Reg op(Instruction op, int bits, Arg a, Arg b) {
    Reg result = lir.vector(bits);
    lir.def(op, result.all(), a, b);
    return result;
  }

  private Reg inverted(Reg mask, int bits) {
    Arg ones = values.literals.operand(Literal.splat(Integer.SIZE, -1), bits);
    return op(VPXOR, bits, mask.at(bits), ones);
  }

  @Override
  void compare(Compare compare) {
    VectorType type = compare.a().vector();
    int size = type.lane().bits();
    laneBits[compare.result().id()] = size;
    Reg[] all = new Reg[target.parts(type)];
    for (int part = 0; part < all.length; part++) {
      all[part] = type.lane().isFloat() ? floats(compare, part) : integers(compare, part);
    }
    values.define(compare.result(), all);
  }

  private Reg floats(Compare compare, int part) {
    VectorType type = compare.a().vector();
    int bits = target.width(type);
    Instruction op = type.lane().bits() == Long.SIZE ? VCMPPD : VCMPPS;
    Arg a = values.reg(compare.a(), part).at(bits);
    Arg b = values.operand(compare.b(), part, op, false);
    Reg result = lir.vector(bits);
    lir.def(op, result.all(), a, b, new Arg.Number(floatPredicate(compare.comparison())));
    return result;
  }

  /// There are only two comparisons; the others swap the operands or invert the result.
  private Reg integers(Compare compare, int part) {
    VectorType type = compare.a().vector();
    int bits = target.width(type);
    boolean isLong = type.lane().bits() == Long.SIZE;
    Comparison comparison = compare.comparison();
    boolean swaps = comparison == Comparison.LT || comparison == Comparison.GE;
    Instruction op =
        comparison == Comparison.EQ || comparison == Comparison.NE
            ? isLong ? VPCMPEQQ : VPCMPEQD
            : isLong ? VPCMPGTQ : VPCMPGTD;
    Arg first = values.reg(swaps ? compare.b() : compare.a(), part).at(bits);
    Arg second = values.operand(swaps ? compare.a() : compare.b(), part, op, false);
    Reg result = op(op, bits, first, second);
    return switch (comparison) {
      case LT, EQ, GT -> result;
      case LE, NE, GE -> inverted(result, bits);
    };
  }

  @Override
  void logic(MaskLogic logic) {
    Value a = logic.operands().getFirst();
    Value b = logic.operands().getLast();
    int id = logic.result().id();
    if (votes[id] == 0) {
      laneBits[id] = laneBits(values.isConstant(a) ? b : a);
    }
    int size = laneBits(logic.result());
    int bits = target.width(a.count(), size);
    Reg[] all = new Reg[target.parts(a.count(), size)];
    for (int i = 0; i < all.length; i++) {
      Reg x = of(a, i, size);
      Arg first = x.at(bits);
      all[i] =
          switch (logic.op()) {
            case AND -> op(VPAND, bits, first, of(b, i, size).at(bits));
            case OR -> op(VPOR, bits, first, of(b, i, size).at(bits));
            case XOR -> op(VPXOR, bits, first, of(b, i, size).at(bits));
            case ANDNOT -> op(VPANDN, bits, of(b, i, size).at(bits), first);
            case NOT -> inverted(x, bits);
          };
    }
    values.define(logic.result(), all);
  }

  /// Compares the limit with the numbers of the lanes.
  @Override
  void below(MaskBelow below, Words words) {
    Value mask = below.result();
    int count = mask.count();
    int size = laneBits(mask);
    int bits = target.width(count, size);
    Reg limit = words.between(below.limit(), count);
    Reg low = lir.vector(128);
    lir.def(VMOVQ, low.all(), limit.all()).fixed();
    Reg everywhere = lir.vector(bits);
    Instruction spread = size == Long.SIZE ? VPBROADCASTQ : VPBROADCASTD;
    lir.def(spread, everywhere.all(), low.all()).scalar();
    Reg[] all = new Reg[target.parts(count, size)];
    for (int i = 0; i < all.length; i++) {
      Arg numbers = values.literals.operand(values.numbers(count, size, i), bits);
      all[i] = op(size == Long.SIZE ? VPCMPGTQ : VPCMPGTD, bits, everywhere.all(), numbers);
    }
    values.define(mask, all);
  }

  @Override
  void select(Select select) {
    VectorType type = select.result().vector();
    int size = type.lane().bits();
    int bits = target.width(type);
    Reg[] results = new Reg[target.parts(type)];
    Literal no = values.literal(select.no(), 0);
    boolean isZero = no != null && no.isZero();
    for (int part = 0; part < results.length; part++) {
      Reg mask = of(select.mask(), part, size);
      Instruction op = size == Long.SIZE ? VBLENDVPD : VBLENDVPS;
      if (isZero) {
        Arg yes = values.operand(select.yes(), part, VANDPS, false);
        results[part] = op(VANDPS, bits, mask.at(bits), yes);
      } else {
        Reg second = values.reg(select.no(), part);
        Arg first = values.operand(select.yes(), part, op, false);
        results[part] = lir.vector(bits);
        Step step = lir.def(op, results[part].all(), second.at(bits), first, mask.at(bits));
        step.memoryAt = 2;
      }
    }
    values.define(select.result(), results);
  }

  @Override
  void jumpUnless(TestMask test, Mark to) {
    Value mask = test.mask();
    int size = laneBits(mask);
    int lanes = target.lanes(mask.count(), size);
    int bits = target.width(mask.count(), size);
    Reg[] parts = all(mask, size);
    Reg all = parts[0];
    boolean isAny = test.test() == MaskTest.ANY;
    for (int i = 1; test.test() != MaskTest.FIRST && i < parts.length; i++) {
      all = op(isAny ? VPOR : VPAND, bits, all.at(bits), parts[i].at(bits));
    }
    Reg found = bits(all, bits, size);
    if (test.test() == MaskTest.ALL) {
      if (lanes * size < bits) {
        lir.update(AND, found.at(32), new Arg.Number(all(lanes)));
      }
      lir.effect(CMP, found.at(32), new Arg.Number(all(lanes)));
      lir.jump(JNE, to);
    } else {
      lir.effect(TEST, found.at(32), new Arg.Number(isAny ? all(lanes) : 1));
      lir.jump(JE, to);
    }
  }

  /// The signs of the lanes of a register, as bits of a general one.
  Reg bits(Reg mask, int bits, int size) {
    Reg found = lir.general();
    Instruction op = size == Long.SIZE ? VMOVMSKPD : VMOVMSKPS;
    lir.def(op, found.at(32), mask.at(bits)).fixed();
    return found;
  }
}
