package dev.merapi.kernels.ir.pass;

import dev.merapi.kernels.ir.Block;
import dev.merapi.kernels.ir.Instruction;
import dev.merapi.kernels.ir.Instruction.Call;
import dev.merapi.kernels.ir.Instruction.If;
import dev.merapi.kernels.ir.Instruction.Load;
import dev.merapi.kernels.ir.Instruction.LoadSplat;
import dev.merapi.kernels.ir.Instruction.LoadWord;
import dev.merapi.kernels.ir.Instruction.Loop;
import dev.merapi.kernels.ir.Instruction.Prefetch;
import dev.merapi.kernels.ir.Instruction.Store;
import dev.merapi.kernels.ir.Pure;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Drops what neither memory nor a call depends on: values, loads, loops, branches, and carried
/// values that only feed themselves.
public final class DeadCode {
  private final Set<Value> live = new HashSet<>();

  private DeadCode() {}

  public static Routine run(Routine routine) {
    DeadCode pass = new DeadCode();
    int before = -1;
    while (before < pass.live.size()) { // carried values make uses that a scan has passed already
      before = pass.live.size();
      pass.mark(routine.body());
    }
    return routine.with(pass.sweep(routine.body()));
  }

  private void mark(Block block) {
    for (Instruction instruction : block.instructions().reversed()) {
      switch (instruction) {
        case Store _, Prefetch _, Call _ -> live.addAll(instruction.operands());
        case Pure _, Load _, LoadWord _, LoadSplat _ -> {
          if (isLive(instruction)) {
            live.addAll(instruction.operands());
          }
        }
        case Loop loop -> mark(loop);
        case If branch -> {
          for (Block each : branch.blocks()) {
            markLive(branch.results(), branch.results(), each.yields());
            mark(each);
          }
          if (isLive(branch)) {
            live.add(branch.condition());
          }
        }
      }
    }
  }

  private void mark(Loop loop) {
    markLive(loop.results(), loop.carried(), loop.body().yields());
    mark(loop.body());
    markLive(loop.results(), loop.carried(), loop.initial());
    if (isLive(loop)) {
      live.add(loop.from());
      live.add(loop.to());
    }
  }

  /// Marks the sources of what is live as a result or inside.
  private void markLive(List<Value> results, List<Value> inside, List<Value> sources) {
    for (int i = 0; i < sources.size(); i++) {
      if (live.contains(results.get(i)) || live.contains(inside.get(i))) {
        live.add(sources.get(i));
      }
    }
  }

  /// Whether an instruction has an effect, or a result that something needs.
  private boolean isLive(Instruction instruction) {
    return switch (instruction) {
      case Store _, Prefetch _, Call _ -> true;
      case Pure _, Load _, LoadWord _, LoadSplat _ ->
          live.contains(instruction.results().getFirst());
      case Loop _, If _ ->
          !Collections.disjoint(instruction.results(), live)
              || instruction.blocks().stream()
                  .flatMap(block -> block.instructions().stream())
                  .anyMatch(this::isLive);
    };
  }

  private Block sweep(Block block) {
    var kept = new ArrayList<Instruction>();
    for (Instruction instruction : block.instructions()) {
      if (isLive(instruction)) {
        switch (instruction) {
          case Loop loop -> kept.add(sweep(loop));
          case If branch -> kept.add(sweep(branch));
          case Pure _, Load _, LoadWord _, LoadSplat _, Store _, Prefetch _, Call _ ->
              kept.add(instruction);
        }
      }
    }
    return block.with(kept);
  }

  private Loop sweep(Loop loop) {
    List<Value> results = loop.results();
    List<Value> carried = loop.carried();
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      if (live.contains(results.get(i)) || live.contains(carried.get(i))) {
        kept.add(i);
      }
    }
    var parameters = new ArrayList<>(List.of(loop.counter()));
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
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < branch.results().size(); i++) {
      if (live.contains(branch.results().get(i))) {
        kept.add(i);
      }
    }
    List<Block> blocks =
        branch.blocks().stream()
            .map(this::sweep)
            .map(each -> new Block(List.of(), each.instructions(), pick(each.yields(), kept)))
            .toList();
    return new If(
        pick(branch.results(), kept), branch.condition(), blocks.getFirst(), blocks.getLast());
  }

  private static List<Value> pick(List<Value> values, List<Integer> kept) {
    return kept.stream().map(values::get).toList();
  }
}
