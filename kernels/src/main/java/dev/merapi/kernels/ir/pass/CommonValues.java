package dev.merapi.kernels.ir.pass;

import dev.merapi.kernels.ir.Block;
import dev.merapi.kernels.ir.Instruction;
import dev.merapi.kernels.ir.Instruction.If;
import dev.merapi.kernels.ir.Instruction.Loop;
import dev.merapi.kernels.ir.Pure;
import dev.merapi.kernels.ir.PureKey;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Replaces a pure instruction by the value of an equal one where that is visible.
public final class CommonValues {
  private final Map<PureKey, Value> known = new HashMap<>();

  /// By number: what takes the place of a value.
  private final @Nullable Value[] replaced;

  private CommonValues(Routine routine) {
    replaced = new Value[routine.values()];
  }

  public static Routine run(Routine routine) {
    return routine.with(new CommonValues(routine).block(routine.body()));
  }

  // Not a switch by type and no records as keys: the JVM takes long to prepare both.

  private Block block(Block block) {
    var kept = new ArrayList<Instruction>(block.instructions().size());
    var own = new ArrayList<PureKey>();
    for (Instruction instruction : block.instructions()) {
      if (instruction instanceof Pure pure) {
        PureKey key = new PureKey(pure, this::use);
        Value first = known.get(key);
        if (first == null) {
          known.put(key, pure.result());
          own.add(key);
          kept.add(changes(pure) ? pure.rename(this::use) : pure);
        } else {
          replaced[pure.result().id()] = first;
        }
      } else if (instruction instanceof Loop loop) {
        kept.add(
            new Loop(
                loop.results(),
                use(loop.from()),
                use(loop.to()),
                loop.step(),
                use(loop.initial()),
                block(loop.body())));
      } else if (instruction instanceof If branch) {
        kept.add(
            new If(
                branch.results(),
                use(branch.condition()),
                block(branch.then()),
                block(branch.otherwise())));
      } else {
        kept.add(changes(instruction) ? instruction.rename(this::use) : instruction);
      }
    }
    for (PureKey key : own) {
      known.remove(key);
    }
    return new Block(block.parameters(), kept, use(block.yields()));
  }

  private boolean changes(Instruction instruction) {
    for (Value operand : instruction.operands()) {
      if (replaced[operand.id()] != null) {
        return true;
      }
    }
    return false;
  }

  private Value use(Value value) {
    Value other = replaced[value.id()];
    return other == null ? value : other;
  }

  private List<Value> use(List<Value> values) {
    var used = new ArrayList<Value>(values.size());
    for (Value value : values) {
      used.add(use(value));
    }
    return used;
  }
}
