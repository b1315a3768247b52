package dev.merapi.kernels.ir.random;

import dev.merapi.kernels.ir.Comparison;
import dev.merapi.kernels.ir.IntOp;
import dev.merapi.kernels.ir.build.Cond;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Vec;
import dev.merapi.kernels.ir.random.Pools.APtr;
import dev.merapi.kernels.ir.random.Pools.AnInt;
import java.util.List;

/// Draws integers, pointers and conditions.
record DrawIntegers(Draft draft) {
  void integer() {
    Dice dice = draft.dice();
    Pools pools = draft.pools();
    int kind = dice.below(10);
    if (kind < 2) {
      long number = dice.percent(70) ? dice.between(-8, 40) : dice.integer();
      pools.add(new AnInt(draft.builder().constant(number), Bounds.of(number)));
    } else if (kind < 4 && !scalars().isEmpty()) {
      pools.add(new AnInt(dice.of(scalars()).toInt(), Bounds.ANY));
    } else {
      IntOp op = dice.of(IntOp.values());
      AnInt a = pools.integer();
      AnInt b = pools.integer();
      if (dice.percent(40)) {
        long number = dice.between(0, 9);
        b = new AnInt(draft.builder().constant(number), Bounds.of(number));
      }
      Int result = a.value().apply(op, b.value());
      pools.add(new AnInt(result, Bounds.apply(op, a.bounds(), b.bounds())));
    }
  }

  private List<Vec> scalars() {
    return draft.pools().vectors().stream()
        .filter(each -> each.count() == 1 && !each.lane().isFloat())
        .toList();
  }

  /// An integer that lies between two numbers.
  AnInt between(long low, long high) {
    Dice dice = draft.dice();
    List<AnInt> fitting =
        draft.pools().integers(bounds -> bounds.low() >= low && bounds.high() <= high);
    if (!fitting.isEmpty() && dice.percent(50)) {
      return dice.of(fitting);
    }
    if (dice.percent(30)) {
      long number = dice.between(low, high);
      return new AnInt(draft.builder().constant(number), Bounds.of(number));
    }
    Int any = draft.pools().integer().value();
    Int clamped = any.max(draft.builder().constant(low)).min(draft.builder().constant(high));
    return new AnInt(clamped, new Bounds(low, high));
  }

  /// A pointer that stays in reach of its buffer.
  void pointer() {
    Dice dice = draft.dice();
    List<APtr> all = draft.pools().pointers(_ -> true);
    if (all.isEmpty()) {
      return;
    }
    APtr from = dice.of(all);
    Buffer buffer = draft.buffers().get(from.buffer());
    int bytes = buffer.type().bytes();
    if (dice.percent(50)) {
      long elements = dice.between(-4, 12);
      Bounds moved = from.elements().plus(Bounds.of(elements));
      add(new APtr(from.value().plus(elements * bytes), from.buffer(), moved));
    } else {
      AnInt index = between(-3, 9);
      Bounds moved = from.elements().plus(index.bounds());
      add(new APtr(from.value().plus(index.value(), bytes), from.buffer(), moved));
    }
  }

  private void add(APtr pointer) {
    int size = draft.buffers().get(pointer.buffer()).elements();
    if (pointer.elements().low() >= 0 && pointer.elements().high() <= size) {
      draft.pools().add(pointer);
    }
  }

  Cond condition() {
    Dice dice = draft.dice();
    if (!draft.pools().masks().isEmpty() && dice.percent(40)) {
      var mask = dice.of(draft.pools().masks()).value();
      return switch (dice.below(3)) {
        case 0 -> mask.any();
        case 1 -> mask.all();
        default -> mask.first();
      };
    }
    Comparison comparison = dice.of(Comparison.values());
    return draft.pools().integer().value().compare(comparison, draft.pools().integer().value());
  }
}
