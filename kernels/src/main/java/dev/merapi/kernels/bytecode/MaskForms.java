package dev.merapi.kernels.bytecode;

import dev.merapi.kernels.ir.Block;
import dev.merapi.kernels.ir.Definitions;
import dev.merapi.kernels.ir.Instruction;
import dev.merapi.kernels.ir.Instruction.If;
import dev.merapi.kernels.ir.Instruction.Load;
import dev.merapi.kernels.ir.Instruction.Loop;
import dev.merapi.kernels.ir.Instruction.Store;
import dev.merapi.kernels.ir.Lane;
import dev.merapi.kernels.ir.MaskType;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Pure.Compare;
import dev.merapi.kernels.ir.Pure.MaskLogic;
import dev.merapi.kernels.ir.Pure.Select;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// For lanes of which size each mask is kept. In the Vector API a mask belongs to a size of lanes,
/// in the IR to none: it is kept for those that it is computed from and used with. Where both sizes
/// occur it is kept for 4 bytes.
final class MaskForms {
  private final Definitions definitions;
  private final Map<Value, Value> parents = new HashMap<>();
  private final Set<Value> small = new HashSet<>();
  private final Set<Value> large = new HashSet<>();

  MaskForms(Routine routine, Definitions definitions) {
    this.definitions = definitions;
    block(routine.body());
    Set.copyOf(small).forEach(each -> small.add(root(each)));
    Set.copyOf(large).forEach(each -> large.add(root(each)));
  }

  /// The lane type whose masks a mask is kept as: `F32` or `F64`.
  Lane of(Value mask) {
    Value root = root(mask);
    return large.contains(root) && !small.contains(root) ? Lane.F64 : Lane.F32;
  }

  private Value root(Value mask) {
    Value root = mask;
    for (Value up = parents.get(root); up != null; up = parents.get(root)) {
      root = up;
    }
    return root;
  }

  private void block(Block block) {
    for (Instruction instruction : block.instructions()) {
      switch (instruction) {
        case Compare compare -> used(compare.result(), compare.a().vector().lane());
        case Select select -> used(select.mask(), select.result().vector().lane());
        case Load load -> access(load.mask(), load.element());
        case Store store -> access(store.mask(), store.element());
        case MaskLogic logic -> logic.operands().forEach(each -> join(each, logic.result()));
        case Loop loop -> {
          join(loop.initial(), loop.results());
          join(loop.carried(), loop.results());
          join(loop.body().yields(), loop.results());
        }
        case If branch -> {
          join(branch.then().yields(), branch.results());
          join(branch.otherwise().yields(), branch.results());
        }
        default -> {}
      }
      instruction.blocks().forEach(this::block);
    }
  }

  private void access(@Nullable Value mask, MemoryType element) {
    if (mask != null && element != MemoryType.BOOL) {
      used(mask, element.bytes() == Long.BYTES ? Lane.F64 : Lane.F32);
    }
  }

  private void used(Value mask, Lane lane) {
    if (!isConstant(mask)) {
      (lane.bytes() == Long.BYTES ? large : small).add(mask);
    }
  }

  private boolean isConstant(Value mask) {
    return definitions.constant(mask).isPresent();
  }

  private void join(List<Value> some, List<Value> others) {
    for (int i = 0; i < some.size(); i++) {
      join(some.get(i), others.get(i));
    }
  }

  private void join(Value a, Value b) {
    if (a.type() instanceof MaskType && !isConstant(a) && !isConstant(b) && root(a) != root(b)) {
      parents.put(root(a), root(b));
    }
  }
}
