package dev.merapi.kernels.ir.random;

import dev.merapi.kernels.ir.MaskType;
import dev.merapi.kernels.ir.VectorType;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Mask;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.Var;
import dev.merapi.kernels.ir.build.Vec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// The values that are visible where a routine is being drawn, and what is known of them.
final class Pools {
  /// An integer and its bounds.
  record AnInt(Int value, Bounds bounds) {}

  /// A pointer into a buffer, so many elements from its start.
  record APtr(Ptr value, int buffer, Bounds elements) {}

  /// A mask whose lanes from `top` on are known to be off.
  record AMask(Mask value, int top) {}

  /// A variable that may be set to any value of its type.
  record AVar(Var<?> variable, Object type) {}

  private final Dice dice;
  private final List<Vec> vectors = new ArrayList<>();
  private final List<AMask> masks = new ArrayList<>();
  private final List<AnInt> integers = new ArrayList<>();
  private final List<APtr> pointers = new ArrayList<>();
  private final List<AVar> variables = new ArrayList<>();
  private final List<List<?>> all = List.of(vectors, masks, integers, pointers, variables);

  Pools(Dice dice) {
    this.dice = dice;
  }

  /// Runs what draws a nested block; its values are forgotten behind it.
  void nested(Runnable block) {
    int[] sizes = all.stream().mapToInt(List::size).toArray();
    block.run();
    for (int i = 0; i < sizes.length; i++) {
      List<?> pool = all.get(i);
      pool.subList(sizes[i], pool.size()).clear();
    }
  }

  void add(Vec vector) {
    vectors.add(vector);
  }

  void add(AMask mask) {
    masks.add(mask);
  }

  void add(AnInt integer) {
    integers.add(integer);
  }

  void add(APtr pointer) {
    pointers.add(pointer);
  }

  void add(AVar variable) {
    variables.add(variable);
  }

  List<Vec> vectors(VectorType type) {
    return vectors.stream().filter(each -> each.type().equals(type)).toList();
  }

  List<Vec> vectors() {
    return List.copyOf(vectors);
  }

  List<AMask> masks(MaskType type) {
    return masks.stream().filter(each -> each.value().count() == type.count()).toList();
  }

  List<AMask> masks() {
    return List.copyOf(masks);
  }

  AnInt integer() {
    return dice.of(integers);
  }

  List<AnInt> integers(Predicate<Bounds> bounds) {
    return integers.stream().filter(each -> bounds.test(each.bounds())).toList();
  }

  List<APtr> pointers(Predicate<APtr> wanted) {
    return pointers.stream().filter(wanted).toList();
  }

  List<AVar> variables() {
    return List.copyOf(variables);
  }
}
