package dev.merapi.kernels.bytecode;

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
import dev.merapi.kernels.ir.Lane;
import dev.merapi.kernels.ir.MaskType;
import dev.merapi.kernels.ir.Pure;
import dev.merapi.kernels.ir.Pure.AddressOf;
import dev.merapi.kernels.ir.Pure.Compare;
import dev.merapi.kernels.ir.Pure.Concat;
import dev.merapi.kernels.ir.Pure.Constant;
import dev.merapi.kernels.ir.Pure.Convert;
import dev.merapi.kernels.ir.Pure.IntBinary;
import dev.merapi.kernels.ir.Pure.IntCompare;
import dev.merapi.kernels.ir.Pure.LaneNumbers;
import dev.merapi.kernels.ir.Pure.Lanewise;
import dev.merapi.kernels.ir.Pure.MaskBelow;
import dev.merapi.kernels.ir.Pure.MaskLogic;
import dev.merapi.kernels.ir.Pure.Permute;
import dev.merapi.kernels.ir.Pure.Reinterpret;
import dev.merapi.kernels.ir.Pure.Select;
import dev.merapi.kernels.ir.Pure.Shift;
import dev.merapi.kernels.ir.Pure.Slice;
import dev.merapi.kernels.ir.Pure.Splat;
import dev.merapi.kernels.ir.Pure.TestMask;
import dev.merapi.kernels.ir.Pure.ToInteger;
import dev.merapi.kernels.ir.Value;
import dev.merapi.kernels.ir.VectorType;
import dev.merapi.kernels.ir.Word;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Emits a routine into one method, with vectors of the Vector API.
///
/// @param caller emits the call of another routine, whose arguments are on the stack
record VectorCode(CodeBuilder code, VectorValues values, Consumer<Call> caller) {
  /// A power of two.
  private static final int MOST_TURNS = 1 << 30;

  void block(Block block) {
    block.instructions().forEach(this::emit);
  }

  private void emit(Instruction instruction) {
    VectorMemory memory = new VectorMemory(code, values);
    switch (instruction) {
      case Pure pure -> pure(pure);
      case Load load -> memory.emit(load);
      case LoadWord load -> memory.emit(load);
      case LoadSplat load -> memory.emit(load);
      case Store store -> memory.emit(store);
      case Prefetch _ -> {} // bytecode has no such hint
      case Loop loop -> loop(loop);
      case If branch -> branch(branch);
      case Call call -> {
        call.operands().forEach(values::one);
        caller.accept(call);
      }
    }
  }

  private void pure(Pure pure) {
    boolean one = VectorValues.isOne(pure.result());
    switch (pure) {
      case Constant _, LaneNumbers _ -> {} // pushed where it is used
      case IntBinary binary -> word(binary, () -> WordCode.apply(code, binary.op()));
      case IntCompare compare -> word(compare, () -> WordCode.compare(code, compare.comparison()));
      case AddressOf address -> {
        values.address(address.address(), 0);
        values.defineOne(address.result());
      }
      case MaskLogic logic when one -> word(logic, () -> WordCode.apply(code, logic.op(), 1));
      case MaskBelow below when one -> word(below, () -> WordCode.below(code, 1));
      case TestMask test when test.mask().count() == 1 ->
          word(test, () -> WordCode.test(code, test.test(), 1));
      case ToInteger scalar ->
          word(scalar, () -> LaneCode.convert(code, scalar.scalar().vector().lane(), Lane.I64));
      case Slice _, Concat _, Permute _, Splat _ -> new VectorMoves(code, values).emit(pure);
      case Lanewise _, Shift _, Compare _, Select _, Convert _, Reinterpret _ when one -> {
        new PureLanes(code, values).push(pure);
        if (pure.result().type() instanceof MaskType) {
          code.i2l();
        }
        values.defineOne(pure.result());
      }
      default -> lanes(pure);
    }
  }

  private void word(Pure pure, Runnable operation) {
    pure.operands().forEach(values::one);
    operation.run();
    values.defineOne(pure.result());
  }

  private void lanes(Pure pure) {
    VectorLanes lanes = new VectorLanes(code, values);
    switch (pure) {
      case Lanewise lanewise -> lanes.emit(lanewise);
      case Shift shift -> lanes.emit(shift);
      case Compare compare -> lanes.emit(compare);
      case Select select -> lanes.emit(select);
      case Convert convert -> lanes.emit(convert);
      case Reinterpret same -> lanes.emit(same);
      case MaskLogic logic -> lanes.emit(logic);
      case MaskBelow below -> lanes.emit(below);
      case TestMask test -> lanes.emit(test);
      default -> throw new IllegalStateException("kernel IR: not on lanes: " + pure);
    }
  }

  // Control

  private void loop(Loop loop) {
    for (int i = 0; i < loop.results().size(); i++) {
      Value result = loop.results().get(i);
      values.alias(loop.carried().get(i), values.slots(result));
      values.isUnknown(result);
      values.isUnknown(loop.carried().get(i));
    }
    move(loop.initial(), loop.carried());
    values.one(loop.from());
    values.defineOne(loop.counter());
    if (hasLoop(loop.body())) {
      plainLoop(loop);
    } else {
      turns(loop);
    }
  }

  private static boolean hasLoop(Block block) {
    return block.instructions().stream()
        .anyMatch(
            each -> each instanceof Loop || each.blocks().stream().anyMatch(VectorCode::hasLoop));
  }

  private void plainLoop(Loop loop) {
    Label top = code.newLabel();
    Label end = code.newLabel();
    code.labelBinding(top);
    endUnlessBelow(loop, end);
    block(loop.body());
    move(loop.body().yields(), loop.carried());
    step(loop);
    code.goto_(top);
    code.labelBinding(end);
  }

  /// A loop of `int` turns, in one that comes again where there are more of them. C2 makes much the
  /// same of a loop with a `long` counter, but with a copy of the body before it, which has its own
  /// order of loads; sums that do not fit into registers there are in memory in the loop as well.
  private void turns(Loop loop) {
    int turns = code.allocateLocal(TypeKind.INT);
    int turn = code.allocateLocal(TypeKind.INT);
    Label more = code.newLabel();
    Label top = code.newLabel();
    Label end = code.newLabel();
    code.labelBinding(more);
    endUnlessBelow(loop, end);
    values.one(loop.to());
    values.one(loop.counter());
    code.lsub().lconst_1().lsub();
    if (loop.step() > 1) {
      code.loadConstant(Long.MAX_VALUE).land().loadConstant(loop.step()).ldiv();
    }
    code.loadConstant(MOST_TURNS - 1L).land().l2i().iconst_1().iadd().istore(turns);
    code.iconst_0().istore(turn);
    code.labelBinding(top);
    code.iload(turn).iload(turns).if_icmpge(more);
    block(loop.body());
    move(loop.body().yields(), loop.carried());
    step(loop);
    code.iinc(turn, 1);
    code.goto_(top);
    code.labelBinding(end);
  }

  private void endUnlessBelow(Loop loop, Label end) {
    values.one(loop.counter());
    values.one(loop.to());
    code.lcmp().ifge(end);
  }

  private void step(Loop loop) {
    values.one(loop.counter());
    code.loadConstant(loop.step()).ladd();
    values.defineOne(loop.counter());
  }

  private void branch(If branch) {
    branch
        .results()
        .forEach(each -> {
          values.slots(each);
          values.isUnknown(each);
        });
    Branches.choose(
        code,
        no -> {
          values.one(branch.condition());
          code.ifeq(no);
        },
        () -> branch(branch, branch.then()),
        () -> branch(branch, branch.otherwise()));
  }

  private void branch(If branch, Block taken) {
    block(taken);
    move(taken.yields(), branch.results());
  }

  /// All at once: values may change places.
  private void move(List<Value> from, List<Value> to) {
    List<Runnable> pops = new ArrayList<>();
    for (int i = 0; i < from.size(); i++) {
      Value source = from.get(i);
      Value target = to.get(i);
      if (source == target) {
        continue;
      }
      if (VectorValues.isOne(target)) {
        values.one(source);
        pops.add(() -> values.defineOne(target));
        continue;
      }
      int[] slots = values.slots(target);
      for (int chunk = 0; chunk < slots.length; chunk++) {
        if (target.type() instanceof VectorType) {
          values.push(source, chunk);
        } else {
          values.pushFreshMask(source, values.home(target).lane(), chunk);
        }
        int slot = slots[chunk];
        pops.add(() -> code.astore(slot));
      }
    }
    pops.reversed().forEach(Runnable::run);
  }

  /// Takes the parameters of the routine, which are in the first local variables.
  void parameters(List<Value> parameters) {
    for (int i = 0; i < parameters.size(); i++) {
      Value parameter = parameters.get(i);
      values.alias(parameter, 2 * i);
      if (parameter.type() == Word.POINTER) {
        code.loadLocal(TypeKind.LONG, 2 * i);
        values.defineOne(parameter);
      }
    }
  }
}
