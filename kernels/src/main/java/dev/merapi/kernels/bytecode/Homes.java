package dev.merapi.kernels.bytecode;

import dev.merapi.kernels.bytecode.Home.InArray;
import dev.merapi.kernels.bytecode.Home.Local;
import dev.merapi.kernels.bytecode.Piece.One;
import dev.merapi.kernels.bytecode.Piece.Rolled;
import dev.merapi.kernels.ir.Block;
import dev.merapi.kernels.ir.Definitions;
import dev.merapi.kernels.ir.Instruction;
import dev.merapi.kernels.ir.Instruction.If;
import dev.merapi.kernels.ir.Instruction.LoadSplat;
import dev.merapi.kernels.ir.Instruction.Loop;
import dev.merapi.kernels.ir.Lane;
import dev.merapi.kernels.ir.Pure.Splat;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.Value;
import dev.merapi.kernels.ir.VectorType;
import dev.merapi.kernels.ir.Word;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Where each value of a routine is kept between pieces. What is only used in the loop that
/// computes it has no home.
///
/// Lanes are kept in arrays. All else is in local variables, or in arrays too where the routine is
/// cut into several methods. What a loop carries and what it becomes have one home, and so has the
/// value of the next turn where nobody needs both.
final class Homes {
  private final Views views;
  private final Schedule schedule;
  private final Definitions definitions;
  private final LaneArrays arrays;
  private final boolean inArrays;
  private final Map<Value, Home> homes = new HashMap<>();
  private int slots;

  /// @param inArrays whether words are kept in arrays
  /// @param arrays of the class; released ranges may be of this routine only
  Homes(Routine routine, Views views, Schedule schedule, boolean inArrays, LaneArrays arrays) {
    this.views = views;
    this.schedule = schedule;
    this.definitions = Definitions.of(routine);
    this.arrays = arrays;
    this.inArrays = inArrays;
    this.slots = 2 * routine.parameters().size() + Lane.values().length;
    for (int i = 0; i < routine.parameters().size(); i++) {
      Value parameter = routine.parameters().get(i);
      homes.put(parameter, inArrays ? arrays.take(Lane.I64, 1) : new Local(Lane.I64, 2 * i));
    }
    block(routine.body());
  }

  /// The first local variable that is free.
  int slots() {
    return slots;
  }

  boolean has(Value value) {
    return homes.containsKey(value);
  }

  Home of(Value value) {
    Home home = homes.get(value);
    if (home == null) {
      throw new IllegalStateException("kernel IR: no home: value=" + value);
    }
    return home;
  }

  /// Whether a value has lanes that are kept one by one.
  boolean isRolled(Value value) {
    return value.type() instanceof VectorType type
        && type.count() > 1
        && definitions
            .of(value)
            .filter(each -> each instanceof Splat || each instanceof LoadSplat)
            .isEmpty();
  }

  private static Lane lane(Value value) {
    return value.type() instanceof VectorType type
        ? type.lane()
        : value.type() == Word.CONDITION ? Lane.I32 : Lane.I64;
  }

  private Home take(Value value) {
    Lane lane = lane(value);
    if (isRolled(value)) {
      return arrays.take(lane, value.count());
    }
    if (inArrays) {
      return arrays.take(lane, 1);
    }
    Local local = new Local(lane, slots);
    slots += lane.bytes() / Integer.BYTES;
    return local;
  }

  private void block(Block block) {
    List<Piece> pieces = schedule.of(block);
    Map<Value, Integer> last = lastUses(block);
    Map<Value, Home> own = new HashMap<>();
    for (int i = 0; i < pieces.size(); i++) {
      switch (pieces.get(i)) {
        case One(Loop loop) -> loop(loop, own);
        case One(If branch) -> {
          branch.results().forEach(each -> give(each, own));
          branch.blocks().forEach(each -> branch(branch, each));
        }
        case One(Instruction one) -> one.results().forEach(each -> give(each, own));
        case Rolled rolled ->
            rolled.instructions().stream()
                .flatMap(each -> each.results().stream())
                .filter(each -> leaves(each, rolled))
                .forEach(each -> give(each, own));
      }
      int now = i;
      own.keySet().removeIf(each -> isOver(each, last.getOrDefault(each, -1) <= now, own));
    }
    own.keySet().forEach(each -> isOver(each, true, own));
  }

  private void give(Value value, Map<Value, Home> own) {
    if (!homes.containsKey(value)) {
      Home home = take(value);
      homes.put(value, home);
      own.put(value, home);
    }
  }

  private boolean isOver(Value value, boolean over, Map<Value, Home> own) {
    if (over && own.get(value) instanceof InArray range) {
      arrays.release(range);
    }
    return over;
  }

  /// Whether a value is used outside of the loop over lanes that computes it.
  private boolean leaves(Value value, Rolled rolled) {
    long inside =
        rolled.instructions().stream()
            .mapToLong(each -> Collections.frequency(each.operands(), value))
            .sum();
    return inside < definitions.uses(value);
  }

  private Map<Value, Integer> lastUses(Block block) {
    List<Piece> pieces = schedule.of(block);
    Map<Value, Integer> last = new HashMap<>();
    for (int i = 0; i < pieces.size(); i++) {
      for (Value used : pieces.get(i).uses(views)) {
        last.put(used, i);
      }
    }
    block.yields().forEach(each -> last.put(each, pieces.size()));
    return last;
  }

  private void loop(Loop loop, Map<Value, Home> own) {
    Block body = loop.body();
    Map<Value, Home> inner = new HashMap<>();
    give(loop.counter(), inner);
    for (int i = 0; i < loop.results().size(); i++) {
      give(loop.results().get(i), own);
      homes.put(loop.carried().get(i), of(loop.results().get(i)));
    }
    Map<Value, Integer> last = lastUses(body);
    for (int i = 0; i < loop.carried().size(); i++) {
      Value carried = loop.carried().get(i);
      Value next = body.yields().get(i);
      int piece = pieceOf(next, body);
      if (piece >= 0
          && Collections.frequency(body.yields(), next) == 1
          && last.getOrDefault(carried, -1) <= piece
          && !crosses(carried, schedule.of(body).get(piece))) {
        homes.put(next, of(carried));
      }
    }
    block(body);
    isOver(loop.counter(), true, inner);
  }

  /// What a branch yields is computed where the result is kept, if nobody else wants it there.
  private void branch(If branch, Block block) {
    for (int i = 0; i < block.yields().size(); i++) {
      Value value = block.yields().get(i);
      if (pieceOf(value, block) >= 0 && Collections.frequency(block.yields(), value) == 1) {
        homes.put(value, of(branch.results().get(i)));
      }
    }
    block(block);
  }

  /// The number of the loop over lanes of a block that computes a vector; -1 for none.
  private int pieceOf(Value value, Block block) {
    List<Piece> pieces = schedule.of(block);
    for (int i = 0; i < pieces.size() && isRolled(value); i++) {
      if (pieces.get(i) instanceof Rolled rolled
          && rolled.instructions().stream().anyMatch(each -> each.results().contains(value))) {
        return i;
      }
    }
    return -1;
  }

  private boolean crosses(Value value, Piece piece) {
    return piece.instructions().stream()
        .filter(Views::crossesLanes)
        .flatMap(views::operands)
        .anyMatch(value::equals);
  }

  /// Moves that make a list of values the content of others, without those that are there already.
  record Move(Value from, Home to) {}

  List<Move> moves(List<Value> from, List<Value> to) {
    List<Move> moves = new ArrayList<>();
    for (int i = 0; i < from.size(); i++) {
      Home home = of(to.get(i));
      if (!home.equals(homes.get(from.get(i)))) {
        moves.add(new Move(from.get(i), home));
      }
    }
    return moves;
  }
}
