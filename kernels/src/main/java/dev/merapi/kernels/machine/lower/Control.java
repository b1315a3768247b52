package dev.merapi.kernels.machine.lower;

import static dev.merapi.kernels.x64.Instruction.JGE;
import static dev.merapi.kernels.x64.Instruction.JL;
import static dev.merapi.kernels.x64.Instruction.JMP;

import dev.merapi.kernels.ir.Address;
import dev.merapi.kernels.ir.Block;
import dev.merapi.kernels.ir.Instruction;
import dev.merapi.kernels.ir.Instruction.Call;
import dev.merapi.kernels.ir.Instruction.If;
import dev.merapi.kernels.ir.Instruction.Loop;
import dev.merapi.kernels.ir.MaskType;
import dev.merapi.kernels.ir.Pure.AddressOf;
import dev.merapi.kernels.ir.Pure.IntCompare;
import dev.merapi.kernels.ir.Pure.TestMask;
import dev.merapi.kernels.ir.Value;
import dev.merapi.kernels.ir.VectorType;
import dev.merapi.kernels.ir.Word;
import dev.merapi.kernels.machine.lower.Step.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Loops, branches and calls.
///
/// A loop is tested at its bottom, and once before. What it carries has registers of its own, which
/// its turns set; [Coalescing] makes the copies vanish where it can.
final class Control {
  private final Selection selection;
  private final Values values;
  private final Lir lir;
  private final Words words;
  private final Masks masks;
  private final List<Mark> open = new ArrayList<>();

  /// Pointers that a loop moves on at the end of its turns, and not where that is written.
  private final Set<Value> later = new HashSet<>();

  private int blocks;

  Control(Selection selection, Values values, Words words, Masks masks) {
    this.selection = selection;
    this.values = values;
    this.lir = values.lir;
    this.words = words;
    this.masks = masks;
  }

  boolean isLater(Value value) {
    return later.contains(value);
  }

  // Loops

  void loop(Loop loop) {
    boolean isKnown = values.isConstant(loop.from()) && values.isConstant(loop.to());
    boolean runs = isKnown && values.constant(loop.from()) < values.constant(loop.to());
    for (Mark outer : open) {
      outer.isInnermost = false;
    }
    values.literals.enterLoop();
    lir.depth--; // the steps before the first turn
    Mark top = new Mark();
    Reg counter = words.copy(loop.from());
    Arg to = words.operand(loop.to());
    List<Value> carried = loop.carried();
    for (int i = 0; i < carried.size(); i++) {
      Value value = carried.get(i);
      masks.join(value, loop.results().get(i));
      Reg[] own = fresh(value);
      copy(loop.initial().get(i), value, own);
      top.carried.addAll(List.of(own));
      values.define(value, own);
    }
    top.carried.add(counter);
    Mark exit = new Mark();
    if (!runs) {
      words.compare(counter, to);
      lir.jump(JGE, exit);
    }
    lir.depth++;
    open.add(top);
    lir.loop(top);
    turn(loop, counter);
    words.increase(counter, step(loop.step()));
    words.compare(counter, to);
    lir.again(JL, top);
    open.removeLast();
    lir.label(exit);
    values.literals.leaveLoop();
    for (int i = 0; i < carried.size(); i++) {
      values.define(loop.results().get(i), values.defined(carried.get(i)));
    }
  }

  private Arg step(long step) {
    if (step == (int) step) {
      return new Arg.Number(step);
    }
    Reg reg = lir.general();
    lir.number(reg, step);
    return reg.all();
  }

  private void turn(Loop loop, Reg counter) {
    int before = values.block();
    values.block(++blocks);
    values.define(loop.counter(), counter);
    List<Value> carried = loop.carried();
    for (Value value : carried) {
      values.define(value, values.defined(value)); // now at home here
    }
    List<Value> yields = loop.body().yields();
    for (int i = 0; i < carried.size(); i++) {
      if (isStep(yields.get(i), carried.get(i))) {
        later.add(yields.get(i));
      }
    }
    selection.instructions(loop.body());
    handOn(carried, yields);
    values.block(before);
  }

  /// Whether a value is what is carried, some bytes further, and nothing else needs it.
  private boolean isStep(Value value, Value carried) {
    return values.uses(value) == 1
        && values.definition(value) instanceof AddressOf(_, Address address)
        && address.base() == carried
        && address.index() == null;
  }

  /// Sets what is carried for the next turn, all at once: where a value is itself carried, it is
  /// kept apart first.
  private void handOn(List<Value> carried, List<Value> yields) {
    Set<Reg> set = new HashSet<>();
    for (Value value : carried) {
      set.addAll(List.of(values.defined(value)));
    }
    List<Reg[]> sources = new ArrayList<>();
    for (int i = 0; i < carried.size(); i++) {
      Value value = yields.get(i);
      values.see(value);
      if (isLater(value) || values.isConstant(value)) {
        sources.add(new Reg[0]);
        continue;
      }
      Reg[] from = registers(value, carried.get(i)).clone();
      Reg[] own = values.defined(carried.get(i));
      for (int j = 0; j < from.length; j++) {
        if (from[j] != own[j] && set.contains(from[j])) {
          Reg apart = lir.like(from[j]);
          lir.move(apart, from[j]);
          from[j] = apart;
        }
      }
      sources.add(from);
    }
    for (int i = 0; i < carried.size(); i++) {
      Value value = yields.get(i);
      Reg[] to = values.defined(carried.get(i));
      Reg[] from = sources.get(i);
      if (isLater(value)) {
        step(to[0], value);
      } else if (values.isConstant(value)) {
        copy(value, carried.get(i), to);
      } else {
        moveAll(to, from);
      }
    }
  }

  private void step(Reg pointer, Value next) {
    if (values.definition(next) instanceof AddressOf(_, Address address)) {
      words.increase(pointer, new Arg.Number(address.offset()));
    }
  }

  private void moveAll(Reg[] to, Reg[] from) {
    for (int j = 0; j < to.length; j++) {
      if (to[j] != from[j]) {
        lir.move(to[j], from[j]);
      }
    }
  }

  // Branches

  void branch(If branch) {
    Value condition = branch.condition();
    if (values.isConstant(condition)) {
      taken(branch, values.constant(condition) != 0 ? branch.then() : branch.otherwise());
      return;
    }
    List<Value> results = branch.results();
    List<Reg[]> registers = new ArrayList<>();
    for (Value result : results) {
      registers.add(fresh(result));
    }
    Mark otherwise = new Mark();
    jumpUnless(condition, otherwise);
    arm(branch.then(), results, registers);
    Block second = branch.otherwise();
    if (second.instructions().isEmpty() && results.isEmpty()) {
      lir.label(otherwise);
    } else {
      Mark end = new Mark();
      lir.jump(JMP, end);
      lir.label(otherwise);
      arm(second, results, registers);
      lir.label(end);
    }
    values.block(values.block()); // what was loaded before may have changed
    for (int i = 0; i < results.size(); i++) {
      values.define(results.get(i), registers.get(i));
    }
  }

  private void taken(If branch, Block block) {
    selection.instructions(block);
    for (int i = 0; i < branch.results().size(); i++) {
      Value value = branch.results().get(i);
      values.see(block.yields().get(i));
      Reg[] own = fresh(value);
      copy(block.yields().get(i), value, own);
      values.define(value, own);
    }
  }

  private void arm(Block block, List<Value> results, List<Reg[]> registers) {
    int before = values.block();
    values.block(++blocks);
    selection.instructions(block);
    for (int i = 0; i < results.size(); i++) {
      values.see(block.yields().get(i));
      copy(block.yields().get(i), results.get(i), registers.get(i));
    }
    values.block(before);
  }

  private void jumpUnless(Value condition, Mark to) {
    Instruction definition = values.definition(condition);
    if (definition instanceof IntCompare compare) {
      words.jumpUnless(compare, to);
    } else if (definition instanceof TestMask test) {
      masks.jumpUnless(test, to);
    } else {
      throw new IllegalStateException("condition: definition=" + definition);
    }
  }

  // Copies

  /// New registers for a value like another.
  private Reg[] fresh(Value value) {
    if (value.type() instanceof Word) {
      return new Reg[] {lir.general()};
    }
    if (value.type() instanceof MaskType) {
      return masks.fresh(value);
    }
    VectorType type = value.vector();
    Reg[] all = new Reg[values.target.parts(type)];
    for (int i = 0; i < all.length; i++) {
      all[i] = lir.vector(values.target.width(type));
    }
    return all;
  }

  /// The registers of a value, in the form of another.
  private Reg[] registers(Value value, Value other) {
    if (value.type() instanceof Word) {
      return new Reg[] {values.reg(value, 0)};
    }
    return value.type() instanceof MaskType ? masks.like(value, other) : values.registers(value);
  }

  /// Copies a value to registers of another.
  private void copy(Value from, Value like, Reg[] to) {
    if (from.type() instanceof Word) {
      words.copyTo(to[0], from);
      return;
    }
    boolean isMask = from.type() instanceof MaskType;
    for (int i = 0; i < to.length; i++) {
      Literal literal =
          !isMask
              ? values.literal(from, i)
              : values.isConstant(from) ? masks.literal(values.constant(from), like, i) : null;
      if (literal == null) {
        moveAll(to, registers(from, like));
        return;
      }
      lir.constant(to[i], literal);
    }
  }

  // Calls

  void call(Call call) {
    Arg[] arguments = new Arg[call.operands().size()];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = words.operand(call.operands().get(i));
    }
    Step step = new Step(Kind.CALL, null, arguments);
    step.hasEffect = true;
    step.routine = call.routine();
    lir.add(step);
    values.written();
  }
}
