package dev.merapi.kernels.machine.lower;

import dev.merapi.kernels.machine.lower.Step.Kind;
import java.util.ArrayList;
import java.util.List;

/// Makes one register of two where one is a copy of the other and they are never needed at once.
/// The copies in the deepest loops come first.
final class Coalescing {
  private Coalescing() {}

  static void run(Lir lir) {
    int deepest = 0;
    List<Step> moves = new ArrayList<>();
    for (Step step : lir.steps) {
      if (step.kind == Kind.MOVE) {
        moves.add(step);
        deepest = Math.max(deepest, step.depth);
      }
    }
    for (int depth = deepest; depth >= 0; depth--) {
      for (Step move : moves) {
        if (move.depth == depth) {
          join(move);
        }
      }
    }
  }

  private static void join(Step move) {
    Reg to = ((Arg.Register) move.args[0]).reg.found();
    Reg from = ((Arg.Register) move.args[1]).reg.found();
    boolean may =
        to != from
            && to.kind == from.kind
            && to.literal == null
            && from.literal == null
            && !to.isBrief
            && !from.isBrief
            && !to.intersects(from);
    if (may) {
      to.join(from);
    }
  }
}
