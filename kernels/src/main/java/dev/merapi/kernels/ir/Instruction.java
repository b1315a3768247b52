package dev.merapi.kernels.ir;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A step of a [Block]: a [Pure] one, or one that acts on memory or control. [Typing] has the rules
/// of each.
public sealed interface Instruction
    permits Pure,
        Instruction.Load,
        Instruction.LoadWord,
        Instruction.LoadSplat,
        Instruction.Store,
        Instruction.Prefetch,
        Instruction.Loop,
        Instruction.If,
        Instruction.Call {
  /// What it defines.
  List<Value> results();

  /// What it uses, without what its blocks use.
  List<Value> operands();

  /// Its nested blocks.
  default List<Block> blocks() {
    return List.of();
  }

  /// The same instruction with other values, in its blocks too.
  Instruction rename(Renaming values);

  /// Whether it touches memory or calls, itself or in its blocks.
  default boolean touchesMemory() {
    return switch (this) {
      case Pure _ -> false;
      case Load _, LoadWord _, LoadSplat _, Store _, Prefetch _, Call _ -> true;
      case Loop _, If _ ->
          blocks().stream()
              .flatMap(block -> block.instructions().stream())
              .anyMatch(Instruction::touchesMemory);
    };
  }

  /// Neighbouring elements as a vector, or of `bool` as a mask. Where a given mask is off the lane
  /// is 0 or off, and its memory is not touched.
  record Load(Value result, MemoryType element, Address address, @Nullable Value mask)
      implements Instruction {
    @Override
    public List<Value> results() {
      return List.of(result);
    }

    @Override
    public List<Value> operands() {
      return join(address, null, mask);
    }

    @Override
    public Load rename(Renaming values) {
      return new Load(
          values.define(result),
          element,
          address.rename(values),
          mask == null ? null : values.use(mask));
    }
  }

  /// One element as an integer, widened, or an `i64` as a pointer.
  record LoadWord(Value result, MemoryType element, Address address) implements Instruction {
    @Override
    public List<Value> results() {
      return List.of(result);
    }

    @Override
    public List<Value> operands() {
      return address.operands();
    }

    @Override
    public LoadWord rename(Renaming values) {
      return new LoadWord(values.define(result), element, address.rename(values));
    }
  }

  /// One element in all lanes of a vector.
  record LoadSplat(Value result, MemoryType element, Address address) implements Instruction {
    @Override
    public List<Value> results() {
      return List.of(result);
    }

    @Override
    public List<Value> operands() {
      return address.operands();
    }

    @Override
    public LoadSplat rename(Renaming values) {
      return new LoadSplat(values.define(result), element, address.rename(values));
    }
  }

  /// Writes the lanes of a vector or mask as neighbouring elements, where a given mask is on; or an
  /// integer, wrapped, or a pointer as an `i64`, as one element.
  record Store(MemoryType element, Address address, Value value, @Nullable Value mask)
      implements Instruction {
    @Override
    public List<Value> results() {
      return List.of();
    }

    @Override
    public List<Value> operands() {
      return join(address, value, mask);
    }

    @Override
    public Store rename(Renaming values) {
      return new Store(
          element,
          address.rename(values),
          values.use(value),
          mask == null ? null : values.use(mask));
    }
  }

  /// A hint that the line of an address will be read soon. Any address is allowed.
  record Prefetch(Address address) implements Instruction {
    @Override
    public List<Value> results() {
      return List.of();
    }

    @Override
    public List<Value> operands() {
      return address.operands();
    }

    @Override
    public Prefetch rename(Renaming values) {
      return new Prefetch(address.rename(values));
    }
  }

  /// `for (i = from; i < to; i += step)` with carried values: the body's parameters are `i` and the
  /// carried ones, which start as `initial`; its yields are the next turn's, or after the last turn
  /// the results. Without a turn the results are `initial`. The counter must not overflow.
  record Loop(List<Value> results, Value from, Value to, long step, List<Value> initial, Block body)
      implements Instruction {
    public Loop {
      results = List.copyOf(results);
      initial = List.copyOf(initial);
    }

    @Override
    public List<Value> operands() {
      var all = new ArrayList<Value>(List.of(from, to));
      all.addAll(initial);
      return all;
    }

    @Override
    public List<Block> blocks() {
      return List.of(body);
    }

    public Value counter() {
      return body.parameters().getFirst();
    }

    /// The carried values as the body sees them.
    public List<Value> carried() {
      return body.parameters().subList(1, body.parameters().size());
    }

    @Override
    public Loop rename(Renaming values) {
      return new Loop(
          results.stream().map(values::define).toList(),
          values.use(from),
          values.use(to),
          step,
          initial.stream().map(values::use).toList(),
          body.rename(values));
    }
  }

  /// One of two blocks; the results are what it yields.
  record If(List<Value> results, Value condition, Block then, Block otherwise)
      implements Instruction {
    public If {
      results = List.copyOf(results);
    }

    @Override
    public List<Value> operands() {
      return List.of(condition);
    }

    @Override
    public List<Block> blocks() {
      return List.of(then, otherwise);
    }

    @Override
    public If rename(Renaming values) {
      return new If(
          results.stream().map(values::define).toList(),
          values.use(condition),
          then.rename(values),
          otherwise.rename(values));
    }
  }

  /// A call of another routine.
  record Call(Routine routine, List<Value> operands) implements Instruction {
    public Call {
      operands = List.copyOf(operands);
    }

    @Override
    public List<Value> results() {
      return List.of();
    }

    @Override
    public Call rename(Renaming values) {
      return new Call(routine, operands.stream().map(values::use).toList());
    }
  }

  private static List<Value> join(Address address, @Nullable Value value, @Nullable Value mask) {
    var all = new ArrayList<Value>(address.operands());
    if (value != null) {
      all.add(value);
    }
    if (mask != null) {
      all.add(mask);
    }
    return all;
  }
}
