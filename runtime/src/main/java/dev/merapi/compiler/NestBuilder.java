package dev.merapi.compiler;

import dev.merapi.compiler.Step.Loops;
import dev.merapi.compiler.Step.Loops.Level;
import dev.merapi.graph.Contract;
import dev.merapi.graph.Custom;
import dev.merapi.graph.Index;
import dev.merapi.graph.MapOp;
import dev.merapi.graph.Node;
import dev.merapi.graph.Reduce;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.Source;
import dev.merapi.graph.Value;
import dev.merapi.graph.View;
import dev.merapi.spi.Access;
import dev.merapi.spi.LoopNest;
import dev.merapi.spi.LoopNest.Instr;
import dev.merapi.spi.LoopNest.Stage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Writes the scalar code of one [Loops] step.
///
/// The kept axes become the outer loops, the folded ones the inner loops. A value that needs the
/// result of a fold is computed in a later stage; what it shares with an earlier stage is loaded
/// again if it was stored, else computed again.
final class NestBuilder {
  private final Loops step;
  private final Map<Value, Node> producers;
  private final Storages storages;
  private final List<Integer> loopAxes = new ArrayList<>();
  private final ValueStages stages;
  private final Map<Value, Integer> pointIds = new HashMap<>();
  private int nextId;

  NestBuilder(Loops step, Map<Value, Node> producers, Storages storages) {
    this.step = step;
    this.producers = producers;
    this.storages = storages;
    loopAxes.addAll(step.kept());
    loopAxes.addAll(step.folded());
    stages = new ValueStages(step, producers);
  }

  LoopNest build() {
    var built = new ArrayList<Stage>();
    for (int stage = 0; stage < stages.count(); stage++) {
      built.add(new Stage(innerCode(stage), pointCode(stage)));
    }
    var extents = loopAxes.stream().map(step.space::size).toList();
    return Collapse.apply(new LoopNest(step.label(), extents, step.kept().size(), built));
  }

  private List<Instr> innerCode(int stage) {
    var code = new Code(stage);
    for (Node node : step.nodes) {
      Value result = node.result();
      if (step.levelOf(result) == Level.FULL) {
        if (stages.of(result) == stage && storages.isStored(result)) {
          int id = code.full(result);
          code.instructions.add(store(result, Level.FULL, id));
        }
      } else if (isFold(node) && stages.of(result) == stage) {
        int operand = code.full(node.operands().getFirst());
        int id = nextId++;
        pointIds.put(result, id);
        code.instructions.add(fold(node, id, operand));
      }
    }
    return code.instructions;
  }

  private static boolean isFold(Node node) {
    return node.op() instanceof Reduce;
  }

  private static Instr fold(Node node, int id, int operand) {
    return switch (node.op()) {
      case Reduce.Fold fold -> new Instr.Fold(id, node.result().dtype(), fold.monoid(), operand);
      case Reduce.ArgFold fold ->
          new Instr.ArgFold(id, node.result().dtype(), fold.monoid(), operand);
      case Reduce.Window _,
          Reduce.WindowGrad _,
          Source _,
          MapOp _,
          View _,
          Contract _,
          Index _,
          Custom _ ->
          throw new IllegalStateException("no fold: " + node);
    };
  }

  private List<Instr> pointCode(int stage) {
    var code = new Code(stage);
    for (Node node : step.nodes) {
      Value result = node.result();
      if (step.levelOf(result) == Level.POINT && stages.of(result) == stage) {
        int id = code.point(result);
        if (storages.isStored(result)) {
          code.instructions.add(store(result, Level.POINT, id));
        }
      }
    }
    return code.instructions;
  }

  private Instr store(Value value, Level level, int id) {
    var target = storages.target(value);
    return new Instr.Store(
        value.dtype(),
        new Access(target.buffer(), target.places().offset(), loops(target.places(), level)),
        id);
  }

  /// The strides along the loops of a value of that level.
  private List<Long> loops(Strided places, Level level) {
    if (level == Level.FULL) {
      return loopAxes.stream().map(places.strides()::get).toList();
    }
    var strides = new ArrayList<>(places.strides());
    step.folded().forEach(_ -> strides.add(0L));
    return strides;
  }

  /// The instructions of one traversal or of one point.
  private final class Code {
    final List<Instr> instructions = new ArrayList<>();
    private final int stage;
    private final Map<Value, Integer> fullIds = new HashMap<>();

    Code(int stage) {
      this.stage = stage;
    }

    /// The id of a value with one element for each point of the whole space.
    int full(Value value) {
      return id(value, Level.FULL, fullIds);
    }

    /// The id of a value with one element for each point of the kept axes.
    int point(Value value) {
      return id(value, Level.POINT, pointIds);
    }

    /// Emits what a value needs, operands first, each once.
    private int id(Value whole, Level level, Map<Value, Integer> ids) {
      var open = new ArrayDeque<Value>();
      open.add(whole);
      while (!open.isEmpty()) {
        Value value = open.element();
        boolean mapped = !ids.containsKey(value) && isMapped(value, level);
        List<Value> missing =
            mapped
                ? map(value).operands().stream().filter(each -> !ids.containsKey(each)).toList()
                : List.of();
        missing.reversed().forEach(open::push);
        if (missing.isEmpty()) {
          open.remove();
          if (!ids.containsKey(value)) {
            ids.put(value, mapped ? mapped(value, ids) : given(value, level));
          }
        }
      }
      return known(whole, ids);
    }

    private int mapped(Value value, Map<Value, Integer> ids) {
      Node node = map(value);
      var arguments = node.operands().stream().map(each -> known(each, ids)).toList();
      return expression(((MapOp) node.op()).fn(), arguments);
    }

    /// The id of what earlier code has computed, or of what lies in memory.
    private int given(Value value, Level level) {
      Optional<Value> spread =
          level == Level.FULL ? step.spreadPoint(value, producers) : Optional.empty();
      return spread.map(each -> known(each, pointIds)).orElseGet(() -> read(value, level));
    }

    /// Whether a value is computed in this code, and neither read nor known of an earlier fold.
    private boolean isMapped(Value value, Level level) {
      boolean reloaded =
          level == Level.FULL
              && step.computes(value)
              && stages.of(value) < stage
              && storages.isStored(value);
      return step.computes(value) && !reloaded;
    }

    private Node map(Value value) {
      Node node = producers.get(value);
      if (node == null || !(node.op() instanceof MapOp)) {
        throw new IllegalStateException("not a map: " + value);
      }
      return node;
    }

    private static int known(Value value, Map<Value, Integer> ids) {
      Integer id = ids.get(value);
      if (id == null) {
        throw new IllegalStateException("used before its fold: " + value);
      }
      return id;
    }

    private int read(Value value, Level level) {
      int id = nextId++;
      instructions.add(
          switch (storages.of(value)) {
            case Storage.Stored(var buffer, var places) ->
                new Instr.Load(
                    id, value.dtype(), new Access(buffer, places.offset(), loops(places, level)));
            case Storage.Counted(var numbers) ->
                new Instr.Index(id, value.dtype(), numbers.offset(), loops(numbers, level));
            case Storage.Splat(int bits) -> new Instr.Const(id, value.dtype(), bits);
          });
      return id;
    }

    private int expression(ScalarFn whole, List<Integer> arguments) {
      return whole.fold((part, operands) ->
          switch (part) {
            case ScalarFn.Arg arg -> arguments.get(arg.index());
            case ScalarFn.Const(var type, int bits) -> {
              instructions.add(new Instr.Const(nextId, type, bits));
              yield nextId++;
            }
            case ScalarFn.Apply apply -> {
              instructions.add(new Instr.Apply(nextId, apply.type(), apply.primitive(), operands));
              yield nextId++;
            }
          });
    }
  }
}
