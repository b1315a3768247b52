package dev.merapi.kernels.ir.random;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.random.DrawCalls.Callee;
import dev.merapi.kernels.ir.random.DrawCalls.Promise;
import dev.merapi.kernels.ir.random.Pools.APtr;
import dev.merapi.kernels.ir.random.Pools.AnInt;
import dev.merapi.kernels.ir.random.RandomRoutine.Argument;
import java.util.ArrayList;
import java.util.List;

/// Draws routines of every instruction, type and lane count, with nested loops, masks, calls, and
/// at times more live values than any processor has registers.
public final class RandomRoutines {
  /// Every lane type can be stored somewhere.
  private static final List<MemoryType> ALWAYS =
      List.of(MemoryType.F32, MemoryType.I32, MemoryType.F64, MemoryType.I64, MemoryType.BOOL);

  private static final long CALLEE_WORK = 40;

  private final long seed;
  private final Dice dice;
  private final List<Buffer> buffers = new ArrayList<>();
  private final List<Integer> counts = new ArrayList<>();

  private RandomRoutines(long seed) {
    this.seed = seed;
    this.dice = new Dice(seed);
  }

  /// The routine of a seed.
  public static RandomRoutine draw(long seed) {
    return new RandomRoutines(seed).draw();
  }

  private RandomRoutine draw() {
    ALWAYS.forEach(this::addBuffer);
    for (int i = dice.below(4); i > 0; i--) {
      addBuffer(dice.of(MemoryType.values()));
    }
    counts.add(1 << dice.below(7));
    if (dice.percent(60)) {
      counts.add(1);
    }
    if (dice.percent(40)) {
      counts.add(1 << dice.below(7));
    }
    var callees = new ArrayList<Callee>();
    if (dice.percent(30)) {
      callees.add(callee());
    }
    return main(new DrawCalls(callees));
  }

  private void addBuffer(MemoryType type) {
    buffers.add(Buffer.draw(dice, type, 80 + dice.below(120)));
  }

  private Callee callee() {
    RoutineBuilder builder = new RoutineBuilder("callee");
    Pools pools = new Pools(dice);
    var promises = new ArrayList<Promise>();
    pools.add(new AnInt(builder.constant(3), Bounds.of(3)));
    for (int i = dice.below(6); i >= 0; i--) {
      if (dice.percent(60)) {
        int buffer = dice.below(buffers.size());
        int element = dice.below(16);
        promises.add(new Promise.Pointer(buffer, element));
        pools.add(new APtr(builder.pointer("p"), buffer, Bounds.of(element)));
      } else {
        long low = dice.between(-5, 5);
        long high = low + dice.between(0, 30);
        promises.add(new Promise.Number(low, high));
        pools.add(new AnInt(builder.integer("n"), new Bounds(low, high)));
      }
    }
    Draft draft = new Draft(dice, builder, pools, buffers, counts);
    new DrawControl(draft, new DrawCalls(List.of())).routine(dice.below(15));
    return new Callee(builder.build(), promises, CALLEE_WORK);
  }

  /// The first parameter is the argument block, which has a pointer to each buffer and numbers.
  private RandomRoutine main(DrawCalls calls) {
    RoutineBuilder builder = new RoutineBuilder("drawn");
    Pools pools = new Pools(dice);
    Draft draft = new Draft(dice, builder, pools, buffers, counts);
    var arguments = new ArrayList<Argument>();
    Ptr blockPointer = builder.pointer("block");
    arguments.add(new Argument.Pointer(buffers.size(), 0));
    for (int i = dice.below(6); i > 0; i--) {
      Argument argument = dice.percent(60) ? pointer(dice.below(buffers.size())) : number();
      arguments.add(argument);
      switch (argument) {
        case Argument.Pointer(int buffer, int element) ->
            pools.add(new APtr(builder.pointer("p"), buffer, Bounds.of(element)));
        case Argument.Number(long value) ->
            pools.add(new AnInt(builder.integer("n"), Bounds.of(value)));
      }
    }
    var block = new ArrayList<Argument>();
    for (int buffer = 0; buffer < buffers.size(); buffer++) {
      block.add(pointer(buffer));
    }
    block.add(number());
    block.add(number());
    for (int i = 0; i < block.size(); i++) {
      read(blockPointer, i, block.get(i), pools);
    }
    passThroughMemory(blockPointer, block.size(), pools);
    int steps = dice.percent(15) ? 150 + dice.below(250) : 5 + dice.below(80);
    new DrawControl(draft, calls).routine(steps);
    return new RandomRoutine(seed, builder.build(), List.copyOf(buffers), block, arguments);
  }

  private Argument pointer(int buffer) {
    return new Argument.Pointer(buffer, dice.below(20));
  }

  private Argument number() {
    return new Argument.Number(dice.percent(80) ? dice.between(-3, 40) : dice.integer());
  }

  private static void read(Ptr blockPointer, int slot, Argument argument, Pools pools) {
    var place = blockPointer.at((long) slot * Long.BYTES);
    switch (argument) {
      case Argument.Pointer(int buffer, int element) ->
          pools.add(new APtr(place.loadPointer(), buffer, Bounds.of(element)));
      case Argument.Number(long value) ->
          pools.add(new AnInt(place.loadInt(MemoryType.I64), Bounds.of(value)));
    }
  }

  /// Writes a pointer into the block's last slot and reads it from there.
  private void passThroughMemory(Ptr blockPointer, int slot, Pools pools) {
    APtr any = dice.of(pools.pointers(_ -> true));
    var place = blockPointer.at((long) slot * Long.BYTES);
    place.store(MemoryType.I64, any.value());
    pools.add(new APtr(place.loadPointer(), any.buffer(), any.elements()));
  }
}
