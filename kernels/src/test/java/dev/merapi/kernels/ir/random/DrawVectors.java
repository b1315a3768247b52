package dev.merapi.kernels.ir.random;

import dev.merapi.kernels.ir.Comparison;
import dev.merapi.kernels.ir.Lane;
import dev.merapi.kernels.ir.LaneOp;
import dev.merapi.kernels.ir.MaskType;
import dev.merapi.kernels.ir.VectorType;
import dev.merapi.kernels.ir.build.Mask;
import dev.merapi.kernels.ir.build.Vec;
import dev.merapi.kernels.ir.random.Pools.AMask;
import dev.merapi.kernels.ir.random.Pools.AnInt;
import java.util.Arrays;
import java.util.List;

/// Draws vectors and masks.
record DrawVectors(Draft draft, DrawMemory memory) {
  /// A type of the routine's lane counts.
  VectorType type() {
    return new VectorType(draft.dice().of(Lane.values()), draft.count());
  }

  /// A visible vector of a type, or a new one.
  Vec vector(VectorType type) {
    List<Vec> fitting = draft.pools().vectors(type);
    if (!fitting.isEmpty() && draft.dice().percent(90)) {
      // What is new as often as all: so chains grow long, and old values stay alive.
      int from = draft.dice().percent(50) ? Math.max(0, fitting.size() - 5) : 0;
      return draft.dice().of(fitting.subList(from, fitting.size()));
    }
    Vec made = leaf(type);
    draft.pools().add(made);
    return made;
  }

  private Vec leaf(VectorType type) {
    Dice dice = draft.dice();
    boolean isInteger = !type.lane().isFloat();
    return switch (dice.below(5)) {
      case 0 -> constant(type);
      case 1 ->
          isInteger
              ? draft.pools().integer().value().splat(type.lane(), type.count())
              : constant(type);
      case 2 ->
          isInteger ? draft.builder().laneNumbers(type.lane(), type.count()) : memory.loaded(type);
      default -> memory.loaded(type);
    };
  }

  Vec constant(VectorType type) {
    Dice dice = draft.dice();
    return type.lane().isFloat()
        ? draft.builder().vector(type, dice.number())
        : draft.builder().integers(type.lane(), type.count(), dice.integer());
  }

  /// A new vector.
  void vector() {
    VectorType type = type();
    draft.pools().add(compute(type));
  }

  private Vec compute(VectorType type) {
    Dice dice = draft.dice();
    return switch (dice.below(16)) {
      case 0 -> leaf(type);
      case 1 -> shifted(type);
      case 2 -> converted(type);
      case 3 -> reinterpreted(type);
      case 4 -> vector(type.withCount(1)).splat(type.count());
      case 5 -> sliced(type);
      case 6 -> joined(type);
      case 7, 8 -> permuted(type);
      case 9, 10 -> mask(new MaskType(type.count())).value().select(vector(type), vector(type));
      case 11 -> memory.loaded(type);
      default -> lanewise(type);
    };
  }

  private Vec lanewise(VectorType type) {
    Dice dice = draft.dice();
    List<LaneOp> ops = Arrays.stream(LaneOp.values()).filter(op -> op.takes(type.lane())).toList();
    LaneOp op = dice.of(ops);
    Vec first = vector(type);
    if (op == LaneOp.SQRT && dice.percent(70)) {
      first = first.abs();
    }
    Vec[] others = new Vec[op.arity() - 1];
    for (int i = 0; i < others.length; i++) {
      others[i] = vector(type);
    }
    return first.apply(op, others);
  }

  private Vec shifted(VectorType type) {
    if (type.lane().isFloat()) {
      return lanewise(type);
    }
    LaneOp op = draft.dice().of(LaneOp.SHL, LaneOp.SHR, LaneOp.USHR);
    return vector(type).shift(op, draft.dice().below(64));
  }

  private Vec converted(VectorType type) {
    Lane from =
        switch (type.lane()) {
          case F32 -> draft.dice().of(Lane.F64, Lane.I32);
          case F64 -> draft.dice().of(Lane.F32, Lane.I32);
          case I32 -> draft.dice().of(Lane.F32, Lane.F64, Lane.I64);
          case I64 -> Lane.I32;
        };
    return vector(new VectorType(from, type.count())).to(type.lane());
  }

  /// The bits of a NaN are nobody's promise, so it is replaced before they are looked at.
  private Vec reinterpreted(VectorType type) {
    Vec operand = vector(new VectorType(type.lane().reinterpreted(), type.count()));
    if (operand.lane().isFloat()) {
      operand = operand.equalTo(operand).select(operand, operand.constant(1));
    }
    return operand.bits();
  }

  private Vec sliced(VectorType type) {
    List<Integer> larger = draft.counts().stream().filter(n -> n > type.count()).toList();
    if (larger.isEmpty()) {
      return lanewise(type);
    }
    int whole = draft.dice().of(larger);
    int from = draft.dice().below(whole / type.count()) * type.count();
    return vector(type.withCount(whole)).slice(from, type.count());
  }

  private Vec joined(VectorType type) {
    if (type.count() == 1) {
      return lanewise(type);
    }
    VectorType half = type.withCount(type.count() / 2);
    return vector(half).concat(vector(half));
  }

  private Vec permuted(VectorType type) {
    int count = type.count();
    if (count == 1) {
      return lanewise(type);
    }
    return switch (draft.dice().below(3)) {
      case 0 -> vector(type).zip();
      case 1 -> vector(type).unzip();
      default -> vector(type).swap(1 << draft.dice().below(Integer.numberOfTrailingZeros(count)));
    };
  }

  /// A visible mask, or a new one.
  AMask mask(MaskType type) {
    List<AMask> fitting = draft.pools().masks(type);
    if (!fitting.isEmpty() && draft.dice().percent(70)) {
      return draft.dice().of(fitting);
    }
    AMask made = newMask(type);
    draft.pools().add(made);
    return made;
  }

  /// A new mask.
  void mask() {
    draft.pools().add(newMask(new MaskType(draft.count())));
  }

  private AMask newMask(MaskType type) {
    Dice dice = draft.dice();
    int count = type.count();
    switch (dice.below(6)) {
      case 0 -> {
        long bits = dice.bits() & type.all();
        return new AMask(
            draft.builder().mask(count, bits), Long.SIZE - Long.numberOfLeadingZeros(bits));
      }
      case 1 -> {
        AnInt limit = draft.pools().integer();
        int top = Math.clamp(limit.bounds().high(), 0, count);
        return new AMask(limit.value().maskBelow(count), top);
      }
      case 2 -> {
        return combined(type);
      }
      case 3 -> {
        return new AMask(memory.loadedMask(count), count);
      }
      default -> {
        VectorType vectors = new VectorType(dice.of(Lane.values()), count);
        Comparison comparison = dice.of(Comparison.values());
        return new AMask(vector(vectors).compare(comparison, vector(vectors)), count);
      }
    }
  }

  private AMask combined(MaskType type) {
    List<AMask> known = draft.pools().masks(type);
    if (known.isEmpty()) {
      return new AMask(draft.builder().mask(type.count(), 1), 1);
    }
    AMask a = draft.dice().of(known);
    AMask b = draft.dice().of(known);
    Mask x = a.value();
    return switch (draft.dice().below(5)) {
      case 0 -> new AMask(x.and(b.value()), Math.min(a.top(), b.top()));
      case 1 -> new AMask(x.or(b.value()), Math.max(a.top(), b.top()));
      case 2 -> new AMask(x.xor(b.value()), Math.max(a.top(), b.top()));
      case 3 -> new AMask(x.andNot(b.value()), a.top());
      default -> new AMask(x.not(), type.count());
    };
  }
}
