package dev.merapi.kernels.ir;

import dev.merapi.kernels.ir.Instruction.Call;
import dev.merapi.kernels.ir.Instruction.If;
import dev.merapi.kernels.ir.Instruction.Load;
import dev.merapi.kernels.ir.Instruction.LoadSplat;
import dev.merapi.kernels.ir.Instruction.LoadWord;
import dev.merapi.kernels.ir.Instruction.Loop;
import dev.merapi.kernels.ir.Instruction.Prefetch;
import dev.merapi.kernels.ir.Instruction.Store;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rules of each instruction: the types of what it uses and defines, and its numbers.
public final class Typing {
  private final Instruction instruction;

  private Typing(Instruction instruction) {
    this.instruction = instruction;
  }

  /// Checks one instruction, without those in its blocks.
  ///
  /// @throws IllegalArgumentException that names it if it breaks a rule
  public static void check(Instruction instruction) {
    Typing typing = new Typing(instruction);
    switch (instruction) {
      case Pure pure -> new PureTyping(pure, typing).check();
      case Load load -> typing.load(load);
      case LoadWord load -> typing.loadWord(load);
      case LoadSplat load -> typing.loadSplat(load);
      case Store store -> typing.store(store);
      case Prefetch prefetch -> typing.address(prefetch.address());
      case Loop loop -> typing.loop(loop);
      case If branch -> typing.branch(branch);
      case Call call -> typing.call(call);
    }
  }

  private void load(Load load) {
    address(load.address());
    int count = lanes(load.result());
    is(load.result(), load.element().loaded(count));
    mask(load.mask(), count);
  }

  private void loadWord(LoadWord load) {
    address(load.address());
    if (load.result().type() == Word.POINTER) {
      require(load.element() == MemoryType.I64, "a pointer is loaded from i64");
    } else {
      is(load.result(), Word.INTEGER);
      require(load.element().isInteger(), "an integer is loaded from an integer type");
    }
  }

  private void loadSplat(LoadSplat load) {
    address(load.address());
    VectorType type = vector(load.result());
    require(load.element().loaded(type.count()).equals(type), "element and lane type differ");
  }

  private void store(Store store) {
    address(store.address());
    Value value = store.value();
    if (value.type() instanceof Word) {
      boolean fits =
          value.type() == Word.POINTER
              ? store.element() == MemoryType.I64
              : value.type() == Word.INTEGER && store.element().isInteger();
      require(fits, "element type does not fit the value");
      require(store.mask() == null, "a word is stored without a mask");
      return;
    }
    int count = lanes(value);
    is(value, store.element().loaded(count));
    mask(store.mask(), count);
  }

  private void loop(Loop loop) {
    is(loop.from(), Word.INTEGER);
    is(loop.to(), Word.INTEGER);
    require(loop.step() > 0, "step must be positive: step=", loop.step());
    require(!loop.body().parameters().isEmpty(), "the body lacks a counter");
    is(loop.counter(), Word.INTEGER);
    sameTypes(loop.initial(), loop.carried());
    sameTypes(loop.body().yields(), loop.carried());
    sameTypes(loop.results(), loop.carried());
    handedOn(loop.results());
  }

  private void branch(If branch) {
    is(branch.condition(), Word.CONDITION);
    for (Block block : branch.blocks()) {
      require(block.parameters().isEmpty(), "a branch has no parameters");
      sameTypes(block.yields(), branch.results());
    }
    handedOn(branch.results());
  }

  private void handedOn(List<Value> values) {
    require(
        values.stream().noneMatch(each -> each.type() == Word.CONDITION),
        "a condition does not leave its block");
  }

  private void call(Call call) {
    sameTypes(call.operands(), call.routine().parameters());
  }

  // What the rules are made of; PureTyping shares it.

  void address(Address address) {
    is(address.base(), Word.POINTER);
    int scale = address.scale();
    if (address.index() == null) {
      require(scale == 1, "scale without an index: scale=", scale);
    } else {
      is(address.index(), Word.INTEGER);
      require(
          scale == 1 || scale == 2 || scale == 4 || scale == 8,
          "scale must be 1, 2, 4 or 8: scale=",
          scale);
    }
    long offset = address.offset();
    require(offset == (int) offset, "offset beyond 32 bits: offset=", offset);
  }

  void mask(@Nullable Value mask, int count) {
    if (mask != null) {
      is(mask, new MaskType(count));
    }
  }

  void is(Value value, Type type) {
    if (!value.type().equals(type)) {
      throw error("wrong type: value=" + value + ", type=" + value.type() + ", wanted=" + type);
    }
  }

  VectorType vector(Value value) {
    if (value.type() instanceof VectorType type) {
      return type;
    }
    throw error("not a vector: value=" + value + ", type=" + value.type());
  }

  /// The lane count of a vector or mask.
  int lanes(Value value) {
    return value.type() instanceof MaskType(int count) ? count : vector(value).count();
  }

  private void sameTypes(List<Value> values, List<Value> wanted) {
    require(
        values.size() == wanted.size(),
        "wrong number of values: given=",
        values.size(),
        ", wanted=",
        wanted.size());
    for (int i = 0; i < values.size(); i++) {
      is(values.get(i), wanted.get(i).type());
    }
  }

  /// @param details what follows the words, put together only where it is needed
  void require(boolean holds, String otherwise, Object... details) {
    if (!holds) {
      var text = new StringBuilder(otherwise);
      for (Object detail : details) {
        text.append(detail);
      }
      throw error(text.toString());
    }
  }

  private IllegalArgumentException error(String what) {
    return new IllegalArgumentException(
        "kernel IR: " + what + ", instruction=" + Printer.line(instruction));
  }
}
