package dev.merapi.kernels.loop;

import dev.merapi.graph.DType;
import dev.merapi.graph.ScalarFn;
import dev.merapi.kernels.emit.LaneCode;
import dev.merapi.kernels.emit.Locals;
import dev.merapi.kernels.emit.ScalarCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Emits the running sums over the chains of a fold in variables, by [Compensation].
///
/// `slots` are the variables with the sums of the current chain.
final class ChainSums {
  private final LaneCode lane;
  private final Locals locals;
  private final ScalarCode math;
  private final Map<Integer, List<Running>> running = new HashMap<>();

  private record Running(int high, int excess) {}

  ChainSums(LaneCode lane, Locals locals, ScalarCode math) {
    this.lane = lane;
    this.locals = locals;
    this.math = math;
  }

  /// Before the first chain.
  void begin(Step.Fold fold, int[] slots) {
    List<Running> sums = new ArrayList<>();
    for (int slot : slots) { // which holds zero
      Running sum = new Running(math.take(DType.F32), math.take(DType.F32));
      lane.code().loadLocal(math.kind(DType.F32), slot);
      store(sum.high);
      lane.code().loadLocal(math.kind(DType.F32), slot);
      store(sum.excess);
      sums.add(sum);
    }
    running.put(fold.id(), sums);
  }

  private void clear(int slot) {
    math.pushConstant(DType.F32, 0);
    store(slot);
  }

  private void store(int slot) {
    lane.code().storeLocal(math.kind(DType.F32), slot);
  }

  /// At the end of a chain, of the last one too: leaves zero in the variables.
  void endChain(Step.Fold fold, int[] slots) {
    for (int i = 0; i < slots.length; i++) {
      Running sum = running(fold).get(i);
      int chain = slots[i];
      locals.scope(() -> {
        int next = math.take(DType.F32);
        apply(Compensation.added(), chain, chain, sum.excess);
        apply(Compensation.high(), next, chain, sum.high);
        apply(Compensation.excess(), sum.excess, chain, sum.high, next);
        lane.code().loadLocal(math.kind(DType.F32), next);
        store(sum.high);
      });
      clear(chain);
    }
  }

  private void apply(ScalarFn fn, int target, int... arguments) {
    math.expression(
        fn, argument -> lane.code().loadLocal(math.kind(DType.F32), arguments[argument]));
    store(target);
  }

  /// After the last chain: leaves the whole sums in the variables.
  void end(Step.Fold fold, int[] slots) {
    for (int i = 0; i < slots.length; i++) {
      Running sum = running(fold).get(i);
      apply(Compensation.result(), slots[i], sum.high, sum.excess);
    }
  }

  private List<Running> running(Step.Fold fold) {
    List<Running> sums = running.get(fold.id());
    if (sums == null) {
      throw new IllegalStateException("fold without begin: " + fold);
    }
    return sums;
  }
}
