package dev.merapi.kernels.ir.pass;

import dev.merapi.kernels.ir.Block;
import dev.merapi.kernels.ir.Instruction;
import dev.merapi.kernels.ir.Instruction.Call;
import dev.merapi.kernels.ir.Instruction.If;
import dev.merapi.kernels.ir.Instruction.Loop;
import dev.merapi.kernels.ir.Instruction.Prefetch;
import dev.merapi.kernels.ir.Instruction.Store;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.Value;
import java.util.ArrayList;
import java.util.List;

/// Drops what neither memory nor a call depends on: values, loads, loops, branches, and carried
/// values that only feed themselves.
public final class DeadCode {
  /// By number: whether a value is needed.
  private final boolean[] live;

  private int count;

  private DeadCode(Routine routine) {
    live = new boolean[routine.values()];
  }

  public static Routine run(Routine routine) {
    DeadCode pass = new DeadCode(routine);
    int before = -1;
    while (before < pass.count) { // carried values make uses that a scan has passed already
      before = pass.count;
      pass.mark(routine.body());
    }
    return routine.with(pass.sweep(routine.body()));
  }

  private boolean isLive(Value value) {
    return live[value.id()];
  }

  private void need(Value value) {
    if (!live[value.id()]) {
      live[value.id()] = true;
      count++;
    }
  }

  // Not switches by type: the JVM takes long to prepare them.

  private void mark(Block block) {
    List<Instruction> instructions = block.instructions();
    for (int i = instructions.size() - 1; i >= 0; i--) {
      Instruction instruction = instructions.get(i);
      if (instruction instanceof Loop loop) {
        mark(loop);
      } else if (instruction instanceof If branch) {
        mark(branch);
      } else if (isLive(instruction)) {
        for (Value operand : instruction.operands()) {
          need(operand);
        }
      }
    }
  }

  private void mark(Loop loop) {
    markLive(loop.results(), loop.carried(), loop.body().yields());
    mark(loop.body());
    markLive(loop.results(), loop.carried(), loop.initial());
    if (isLive(loop)) {
      need(loop.from());
      need(loop.to());
    }
  }

  private void mark(If branch) {
    for (Block each : branch.blocks()) {
      markLive(branch.results(), branch.results(), each.yields());
      mark(each);
    }
    if (isLive(branch)) {
      need(branch.condition());
    }
  }

  /// Marks the sources of what is live as a result or inside.
  private void markLive(List<Value> results, List<Value> inside, List<Value> sources) {
    for (int i = 0; i < sources.size(); i++) {
      if (isLive(results.get(i)) || isLive(inside.get(i))) {
        need(sources.get(i));
      }
    }
  }

  /// Whether an instruction has an effect, itself or in its blocks, or a result that something
  /// needs.
  private boolean isLive(Instruction instruction) {
    if (instruction instanceof Store
        || instruction instanceof Prefetch
        || instruction instanceof Call) {
      return true;
    }
    for (Value result : instruction.results()) {
      if (isLive(result)) {
        return true;
      }
    }
    for (Block block : instruction.blocks()) {
      for (Instruction each : block.instructions()) {
        if (isLive(each)) {
          return true;
        }
      }
    }
    return false;
  }

  private Block sweep(Block block) {
    var kept = new ArrayList<Instruction>(block.instructions().size());
    for (Instruction instruction : block.instructions()) {
      if (isLive(instruction)) {
        kept.add(
            instruction instanceof Loop loop
                ? sweep(loop)
                : instruction instanceof If branch ? sweep(branch) : instruction);
      }
    }
    return block.with(kept);
  }

  private Loop sweep(Loop loop) {
    List<Value> results = loop.results();
    List<Value> carried = loop.carried();
    boolean[] kept = new boolean[results.size()];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = isLive(results.get(i)) || isLive(carried.get(i));
    }
    var parameters = new ArrayList<Value>();
    parameters.add(loop.counter());
    parameters.addAll(pick(carried, kept));
    Block body = sweep(loop.body());
    return new Loop(
        pick(results, kept),
        loop.from(),
        loop.to(),
        loop.step(),
        pick(loop.initial(), kept),
        new Block(parameters, body.instructions(), pick(body.yields(), kept)));
  }

  private If sweep(If branch) {
    boolean[] kept = new boolean[branch.results().size()];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = isLive(branch.results().get(i));
    }
    return new If(
        pick(branch.results(), kept),
        branch.condition(),
        sweep(branch.then(), kept),
        sweep(branch.otherwise(), kept));
  }

  private Block sweep(Block arm, boolean[] kept) {
    Block swept = sweep(arm);
    return new Block(List.of(), swept.instructions(), pick(swept.yields(), kept));
  }

  private static List<Value> pick(List<Value> values, boolean[] kept) {
    var picked = new ArrayList<Value>();
    for (int i = 0; i < kept.length; i++) {
      if (kept[i]) {
        picked.add(values.get(i));
      }
    }
    return picked;
  }
}
