package dev.merapi.kernels.product;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Mask;
import dev.merapi.kernels.ir.build.Place;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Var;
import dev.merapi.kernels.ir.build.Vec;
import dev.merapi.kernels.target.BytecodeTarget;
import dev.merapi.kernels.target.MachineTarget;
import dev.merapi.kernels.target.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// The sums of a tile for one block of k, each a chain of fused multiply-adds from zero.
final class Sums {
  /// Turns of the loop are this many multiply-adds long at least, so that what it adds of its own
  /// is little.
  private static final int MULTIPLY_ADDS_OF_A_TURN = 48;

  private static final int MOST_STEPS_OF_A_TURN = 4;

  private final RoutineBuilder r;
  private final Tile tile;
  private final List<Var<Vec>> sums = new ArrayList<>();

  Sums(RoutineBuilder r, Tile tile) {
    this.r = r;
    this.tile = tile;
    Vec zero = r.f32(tile.lanes(), 0);
    for (int i = 0; i < tile.rows() * tile.vectors(); i++) {
      String name = "sum" + i / tile.vectors() + "_" + i % tile.vectors();
      sums.add(r.variable(name, zero));
    }
  }

  Var<Vec> at(int row, int vector) {
    return sums.get(row * tile.vectors() + vector);
  }

  /// Stores whole vectors.
  ///
  /// @param rowBytes bytes from one row to the next
  void store(Ptr c, Int rowBytes) {
    Ptr row = c;
    for (int i = 0; i < tile.rows(); i++) {
      for (int j = 0; j < tile.vectors(); j++) {
        row.at(j * tile.vectorBytes()).store(MemoryType.F32, at(i, j).get());
      }
      row = row.plus(rowBytes);
    }
  }

  /// What is done besides in the turns of the loop over steps.
  interface Turns {
    /// @param step the turn's first
    /// @param count steps of the turn; those that do not fill one are turns by themselves
    void begin(Int step, int count);
  }

  /// Adds the products of all steps.
  ///
  /// @param masks lanes of each vector of B that exist
  void multiply(RowsOfA a, VectorsOfB b, Int steps, IntFunction<Mask> masks, Turns turns) {
    multiply(a, b, steps, stepsOfATurn(tile), masks, turns);
  }

  /// Adds the products of all steps, of whole vectors.
  ///
  /// @param turn steps of a turn of the loop, a power of two
  void multiply(RowsOfA a, VectorsOfB b, Int steps, int turn) {
    multiply(a, b, steps, turn, _ -> r.constant(tile.lanes()).maskBelow(tile.lanes()));
  }

  /// The same with turns of so many steps.
  void multiply(RowsOfA a, VectorsOfB b, Int steps, int turn, IntFunction<Mask> masks) {
    multiply(a, b, steps, turn, masks, (_, _) -> {});
  }

  private void multiply(
      RowsOfA a, VectorsOfB b, Int steps, int turn, IntFunction<Mask> masks, Turns turns) {
    BiConsumer<Int, Integer> body =
        (first, count) -> {
          turns.begin(first, count);
          for (int step = 0; step < count; step++) {
            step(a, b.step(step), step, masks);
          }
          a.advance(count);
          b.advance(count);
        };
    Int full = steps.and(-turn);
    r.loop(r.constant(0), full, turn, i -> body.accept(i, turn));
    if (turn > 1) {
      r.loop(full, steps, 1, i -> body.accept(i, 1));
    }
  }

  /// Steps of a turn for a target. The compilers of the JVM do not take long methods.
  static int stepsOfATurn(Tile tile, Target target) {
    return switch (target) {
      case MachineTarget _ -> stepsOfATurn(tile);
      case BytecodeTarget _ -> 1;
    };
  }

  /// Steps of a turn where code may be as long as it likes.
  static int stepsOfATurn(Tile tile) {
    int sumsOfAStep = tile.rows() * tile.vectors();
    int steps = 1;
    while (steps < MOST_STEPS_OF_A_TURN && steps * sumsOfAStep < MULTIPLY_ADDS_OF_A_TURN) {
      steps *= 2;
    }
    return steps;
  }

  private void step(RowsOfA a, IntFunction<Place> b, int step, IntFunction<Mask> masks) {
    IntFunction<Vec> element = row -> a.at(row, step).loadSplat(MemoryType.F32, tile.lanes());
    IntFunction<Vec> vector = j -> b.apply(j).load(MemoryType.F32, tile.lanes(), masks.apply(j));
    // The fewer ones wait in registers.
    if (tile.vectors() <= tile.rows()) {
      List<Vec> vectors = IntStream.range(0, tile.vectors()).mapToObj(vector).toList();
      for (int row = 0; row < tile.rows(); row++) {
        Vec one = element.apply(row);
        for (int j = 0; j < tile.vectors(); j++) {
          multiplyAdd(at(row, j), one, vectors.get(j));
        }
      }
    } else {
      List<Vec> elements = IntStream.range(0, tile.rows()).mapToObj(element).toList();
      for (int j = 0; j < tile.vectors(); j++) {
        Vec one = vector.apply(j);
        for (int row = 0; row < tile.rows(); row++) {
          multiplyAdd(at(row, j), elements.get(row), one);
        }
      }
    }
  }

  private static void multiplyAdd(Var<Vec> sum, Vec a, Vec b) {
    sum.set(a.fma(b, sum.get()));
  }
}
