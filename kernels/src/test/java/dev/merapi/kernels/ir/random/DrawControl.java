package dev.merapi.kernels.ir.random;

import dev.merapi.kernels.ir.MaskType;
import dev.merapi.kernels.ir.VectorType;
import dev.merapi.kernels.ir.Word;
import dev.merapi.kernels.ir.build.Cond;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Mask;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Var;
import dev.merapi.kernels.ir.build.Vec;
import dev.merapi.kernels.ir.random.Pools.AMask;
import dev.merapi.kernels.ir.random.Pools.APtr;
import dev.merapi.kernels.ir.random.Pools.AVar;
import dev.merapi.kernels.ir.random.Pools.AnInt;
import java.util.ArrayList;
import java.util.List;

/// Draws the steps of blocks: loops with carried values, branches with results, and what is in
/// them.
final class DrawControl {
  private static final int MAX_DEPTH = 3;

  /// Most steps that a run may take, each turn of a loop counted.
  private static final long MAX_WORK = 4000;

  private final Draft draft;
  private final Dice dice;
  private final RoutineBuilder builder;
  private final Pools pools;
  private final DrawIntegers integers;
  private final DrawMemory memory;
  private final DrawVectors vectors;
  private final DrawCalls calls;
  private int depth;
  private long turns = 1;
  private long work;

  DrawControl(Draft draft, DrawCalls calls) {
    this.draft = draft;
    this.dice = draft.dice();
    this.builder = draft.builder();
    this.pools = draft.pools();
    this.calls = calls;
    this.integers = new DrawIntegers(draft);
    this.memory = new DrawMemory(draft, integers);
    this.vectors = new DrawVectors(draft, memory);
  }

  /// Draws so many steps, and at the end stores of what is visible.
  void routine(int steps) {
    steps(steps);
    for (Vec vector : pools.vectors()) {
      if (dice.percent(60)) {
        memory.keep(vector);
      }
    }
    for (int i = 0; i < 3; i++) {
      memory.store(vectors);
    }
  }

  private void steps(int count) {
    for (int i = 0; i < count && work < MAX_WORK; i++) {
      work += turns;
      step();
    }
  }

  private void step() {
    int kind = dice.below(100);
    if (kind < 42) {
      vectors.vector();
    } else if (kind < 52) {
      vectors.mask();
    } else if (kind < 64) {
      integers.integer();
    } else if (kind < 68) {
      memory.integer();
    } else if (kind < 72) {
      integers.pointer();
    } else if (kind < 82) {
      memory.store(vectors);
    } else if (kind < 84) {
      memory.prefetch();
    } else if (kind < 89) {
      setVariable();
    } else if (kind < 94) {
      loop();
    } else if (kind < 98) {
      branch();
    } else {
      work += calls.call(draft, integers) * turns;
    }
  }

  private void loop() {
    if (depth == MAX_DEPTH) {
      return;
    }
    long mostTurns = dice.between(1, depth == 0 ? 6 : 3);
    long step = dice.percent(50) ? 1 : dice.between(2, 20);
    AnInt from = integers.between(-2, 2);
    AnInt to = integers.between(from.bounds().low(), from.bounds().low() + mostTurns * step);
    long most = Math.ceilDiv(to.bounds().high() - from.bounds().low(), step);
    int variables = dice.below(dice.percent(10) ? 12 : 4);
    for (int i = 0; i < variables; i++) {
      pools.add(newVariable());
    }
    List<Cursor> cursors = cursors(Math.max(0, most));
    long turnsBefore = turns;
    turns *= Math.max(1, most);
    depth++;
    builder.loop(
        from.value(),
        to.value(),
        step,
        i ->
            pools.nested(() -> {
              long last = Math.max(from.bounds().low(), to.bounds().high() - 1);
              pools.add(new AnInt(i, new Bounds(from.bounds().low(), last)));
              cursors.forEach(each -> each.read(pools));
              readVariables();
              steps(2 + dice.below(8));
              for (int j = 0; j < variables; j++) {
                setVariable();
              }
              cursors.forEach(Cursor::advance);
            }));
    depth--;
    turns = turnsBefore;
    cursors.forEach(each -> each.read(pools));
    readVariables();
  }

  private void branch() {
    if (depth == MAX_DEPTH) {
      return;
    }
    Cond condition = integers.condition();
    if (dice.percent(50)) {
      pools.add(newVariable());
    }
    depth++;
    Runnable then = () -> pools.nested(this::branchBody);
    if (dice.percent(50)) {
      builder.when(condition, then);
    } else {
      builder.when(condition, then, () -> pools.nested(this::branchBody));
    }
    depth--;
    readVariables();
  }

  private void branchBody() {
    readVariables();
    steps(1 + dice.below(6));
    memory.store(vectors);
    setVariable();
  }

  // Variables

  private AVar newVariable() {
    int kind = dice.below(10);
    if (kind < 7) {
      Vec initial = vectors.vector(vectors.type());
      return new AVar(builder.variable("var", initial), initial.type());
    }
    if (kind < 9) {
      MaskType type = new MaskType(draft.count());
      return new AVar(builder.variable("mask", vectors.mask(type).value()), type);
    }
    return new AVar(builder.variable("int", pools.integer().value()), Word.INTEGER);
  }

  @SuppressWarnings("unchecked")
  private void setVariable() {
    List<AVar> all = pools.variables();
    if (all.isEmpty()) {
      return;
    }
    AVar target = dice.of(all);
    switch (target.type()) {
      case VectorType type -> ((Var<Vec>) target.variable()).set(vectors.vector(type));
      case MaskType type -> ((Var<Mask>) target.variable()).set(vectors.mask(type).value());
      default -> ((Var<Int>) target.variable()).set(pools.integer().value());
    }
  }

  /// Makes the present values of some variables visible.
  private void readVariables() {
    for (AVar each : pools.variables()) {
      if (dice.percent(60)) {
        switch (each.variable().get()) {
          case Vec vector -> pools.add(vector);
          case Mask mask -> pools.add(new AMask(mask, mask.count()));
          case Int integer -> pools.add(new AnInt(integer, Bounds.ANY));
          case Ptr _, Cond _ -> throw new IllegalStateException("not drawn");
        }
      }
    }
  }

  // Cursors

  /// A pointer that a loop moves on by the same distance each turn.
  private record Cursor(Var<Ptr> variable, int buffer, Bounds elements, long stride) {
    void read(Pools pools) {
      pools.add(new APtr(variable.get(), buffer, elements));
    }

    void advance() {
      variable.set(variable.get().plus(stride));
    }
  }

  private List<Cursor> cursors(long turns) {
    var cursors = new ArrayList<Cursor>();
    List<APtr> all = pools.pointers(_ -> true);
    for (int i = 0; i < 2 && !all.isEmpty() && dice.percent(50); i++) {
      APtr start = dice.of(all);
      long elements = dice.between(-3, 9);
      Bounds reached = start.elements().join(start.elements().plus(Bounds.of(elements * turns)));
      Buffer buffer = draft.buffers().get(start.buffer());
      if (reached.low() >= 0 && reached.high() <= buffer.elements()) {
        cursors.add(
            new Cursor(
                builder.variable("cursor", start.value()),
                start.buffer(),
                reached,
                elements * buffer.type().bytes()));
      }
    }
    return cursors;
  }
}
