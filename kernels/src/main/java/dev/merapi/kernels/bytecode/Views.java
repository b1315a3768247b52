package dev.merapi.kernels.bytecode;

import dev.merapi.kernels.ir.Block;
import dev.merapi.kernels.ir.Definitions;
import dev.merapi.kernels.ir.Instruction;
import dev.merapi.kernels.ir.Pure.Concat;
import dev.merapi.kernels.ir.Pure.Permute;
import dev.merapi.kernels.ir.Pure.Slice;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Vectors that are never computed, because others only take their lanes in yet another order:
/// these read the lanes from where they come from.
final class Views {
  /// Choices between sources in a chain of views: more would be written out for each.
  private static final int MOST_CHOICES = 1;

  private static final int MOST_STEPS = 4;

  private record Chain(int choices, int steps) {
    static final Chain NONE = new Chain(0, 0);
  }

  private final Definitions definitions;
  private final Set<Value> computed = new HashSet<>();
  private final Map<Value, Chain> chains = new HashMap<>();

  Views(Routine routine, Definitions definitions) {
    this.definitions = definitions;
    findComputed(routine.body());
    routine.forEach(each -> {
      if (crossesLanes(each)) {
        consider(each);
      }
    });
  }

  /// Whether an instruction reads other lanes than it computes.
  static boolean crossesLanes(Instruction instruction) {
    return instruction instanceof Permute
        || instruction instanceof Slice
        || instruction instanceof Concat;
  }

  private void findComputed(Block block) {
    for (Instruction instruction : block.instructions()) {
      if (!crossesLanes(instruction)) {
        computed.addAll(instruction.operands());
      }
      instruction.blocks().forEach(this::findComputed);
    }
    computed.addAll(block.yields());
  }

  private void consider(Instruction instruction) {
    Value result = instruction.results().getFirst();
    int choices = instruction instanceof Concat ? 1 : 0;
    int steps = 1;
    for (Value operand : instruction.operands()) {
      Chain chain = chains.getOrDefault(operand, Chain.NONE);
      choices += chain.choices;
      steps = Math.max(steps, 1 + chain.steps);
    }
    if (result.count() > 1
        && choices <= MOST_CHOICES
        && steps <= MOST_STEPS
        && !computed.contains(result)) {
      chains.put(result, new Chain(choices, steps));
    }
  }

  boolean contains(Value value) {
    return chains.containsKey(value);
  }

  /// The values that an instruction reads in truth.
  Stream<Value> operands(Instruction instruction) {
    return instruction.operands().stream().flatMap(this::sources);
  }

  private Stream<Value> sources(Value value) {
    return contains(value) ? operands(definitions.of(value).orElseThrow()) : Stream.of(value);
  }
}
