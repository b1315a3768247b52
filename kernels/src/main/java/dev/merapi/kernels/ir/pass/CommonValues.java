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
import dev.merapi.kernels.ir.Renaming;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.Type;
import dev.merapi.kernels.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Replaces a pure instruction by the value of an equal one where that is visible.
public final class CommonValues {
  /// A pure instruction whose result is the same for all of its type.
  private record Key(Type type, Pure instruction) {}

  private final Map<Key, Value> known = new HashMap<>();
  private final Map<Type, Value> anyResults = new HashMap<>();
  private final Map<Value, Value> replaced = new HashMap<>();

  private CommonValues() {}

  public static Routine run(Routine routine) {
    return routine.with(new CommonValues().block(routine.body()));
  }

  private Block block(Block block) {
    var kept = new ArrayList<Instruction>();
    var own = new ArrayList<Key>();
    for (Instruction instruction : block.instructions()) {
      switch (instruction) {
        case Pure pure -> {
          Pure renamed = pure.rename(this::use);
          Key key = key(renamed);
          Value first = known.get(key);
          if (first == null) {
            known.put(key, pure.result());
            own.add(key);
            kept.add(renamed);
          } else {
            replaced.put(pure.result(), first);
          }
        }
        case Loop loop ->
            kept.add(
                new Loop(
                    loop.results(),
                    use(loop.from()),
                    use(loop.to()),
                    loop.step(),
                    use(loop.initial()),
                    block(loop.body())));
        case If branch ->
            kept.add(
                new If(
                    branch.results(),
                    use(branch.condition()),
                    block(branch.then()),
                    block(branch.otherwise())));
        case Load _, LoadWord _, LoadSplat _, Store _, Prefetch _, Call _ ->
            kept.add(instruction.rename(this::use));
      }
    }
    own.forEach(known::remove);
    return new Block(block.parameters(), kept, use(block.yields()));
  }

  private Value use(Value value) {
    return replaced.getOrDefault(value, value);
  }

  private List<Value> use(List<Value> values) {
    return values.stream().map(this::use).toList();
  }

  private Key key(Pure pure) {
    Type type = pure.result().type();
    Value any = anyResults.computeIfAbsent(type, each -> new Value(-1, each, "?"));
    Renaming toAny =
        new Renaming() {
          @Override
          public Value use(Value value) {
            return value;
          }

          @Override
          public Value define(Value value) {
            return any;
          }
        };
    return new Key(type, pure.rename(toAny));
  }
}
