package dev.merapi.kernels.bytecode;

import dev.merapi.kernels.bytecode.Home.InArray;
import dev.merapi.kernels.bytecode.Homes.Move;
import dev.merapi.kernels.bytecode.Piece.One;
import dev.merapi.kernels.bytecode.Piece.Rolled;
import dev.merapi.kernels.ir.Address;
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
import dev.merapi.kernels.ir.Pure.IntBinary;
import dev.merapi.kernels.ir.Pure.IntCompare;
import dev.merapi.kernels.ir.Pure.MaskBelow;
import dev.merapi.kernels.ir.Pure.MaskLogic;
import dev.merapi.kernels.ir.Pure.Splat;
import dev.merapi.kernels.ir.Pure.TestMask;
import dev.merapi.kernels.ir.Pure.ToInteger;
import dev.merapi.kernels.ir.Value;
import dev.merapi.kernels.ir.VectorType;
import dev.merapi.kernels.ir.Word;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;

/// Emits pieces of a routine into one method.
///
/// @param nested emits a nested block
/// @param caller emits the call of another routine, whose arguments are on the stack
record ScalarCode(
    CodeBuilder code, Operands operands, Consumer<Block> nested, Consumer<Call> caller) {
  void emit(Piece piece) {
    switch (piece) {
      case Rolled rolled -> rolled(rolled);
      case One(Instruction instruction) -> one(instruction);
    }
  }

  private void one(Instruction instruction) {
    switch (instruction) {
      case Loop loop -> loop(loop);
      case If branch -> branch(branch);
      case Call call -> {
        call.operands().forEach(operands::word);
        caller.accept(call);
      }
      case Prefetch _ -> {} // bytecode has no such hint
      case Store store -> {
        int mark = operands.mark();
        store(store, address(store.address()));
        operands.free(mark);
      }
      case Load load -> {
        int mark = operands.mark();
        int address = address(load.address());
        define(
            load.result(),
            () -> {
              load(load, address);
              widenFlag(load.result());
            });
        operands.free(mark);
      }
      case LoadWord load ->
          define(
              load.result(),
              () ->
                  ElementCode.loadWord(code, load.element(), () -> operands.place(load.address())));
      case LoadSplat load ->
          define(
              load.result(),
              () -> ElementCode.load(code, load.element(), () -> operands.place(load.address())));
      case Pure pure -> define(pure.result(), () -> pure(pure));
    }
  }

  /// Writes a value that is not kept by lanes.
  private void define(Value value, Runnable push) {
    operands.write(operands.homes().of(value), push);
  }

  /// A mask is kept as a `long`, one lane of it is pushed as an `int`.
  private void widenFlag(Value value) {
    if (value.type() instanceof MaskType) {
      code.i2l();
    }
  }

  private void pure(Pure pure) {
    switch (pure) {
      case IntBinary binary -> {
        binary.operands().forEach(operands::word);
        WordCode.apply(code, binary.op());
      }
      case IntCompare compare -> {
        compare.operands().forEach(operands::word);
        WordCode.compare(code, compare.comparison());
      }
      case AddressOf address -> operands.address(address.address());
      case MaskBelow below -> {
        operands.word(below.limit());
        WordCode.below(code, below.result().count());
      }
      case MaskLogic logic -> {
        logic.operands().forEach(operands::word);
        WordCode.apply(code, logic.op(), new MaskType(logic.result().count()).all());
      }
      case TestMask test -> {
        operands.word(test.mask());
        WordCode.test(code, test.test(), new MaskType(test.mask().count()).all());
      }
      case ToInteger scalar -> {
        operands.vector(scalar.scalar());
        LaneCode.convert(code, scalar.scalar().vector().lane(), Lane.I64);
      }
      case Splat splat -> {
        if (splat.scalar().type() == Word.INTEGER) {
          operands.word(splat.scalar());
          LaneCode.convert(code, Lane.I64, splat.result().vector().lane());
        } else {
          operands.vector(splat.scalar());
        }
      }
      default -> {
        new PureLanes(code, operands).push(pure);
        widenFlag(pure.result());
      }
    }
  }

  // Memory

  private int address(Address address) {
    int slot = operands.take(TypeKind.LONG);
    operands.place(address);
    code.lstore(slot);
    return slot;
  }

  /// Pushes the address of the present lane's element.
  private Runnable element(int address, int bytes) {
    return () -> {
      code.lload(address);
      if (operands.isInLoop()) {
        operands.lane();
        code.i2l();
        if (bytes > 1) {
          code.loadConstant(Integer.numberOfTrailingZeros(bytes)).lshl();
        }
        code.ladd();
      }
    };
  }

  /// Pushes the present lane of what is loaded.
  private void load(Load load, int address) {
    Runnable element = element(address, load.element().bytes());
    Value mask = load.mask();
    if (mask == null) {
      ElementCode.load(code, load.element(), element);
      return;
    }
    Branches.choose(
        code,
        no -> {
          operands.mask(mask);
          code.ifeq(no);
        },
        () -> ElementCode.load(code, load.element(), element),
        () -> {
          if (load.result().type() instanceof VectorType type) {
            LaneCode.constant(code, type.lane(), 0);
          } else {
            code.iconst_0();
          }
        });
  }

  private void store(Store store, int address) {
    Runnable element = element(address, store.element().bytes());
    Value value = store.value();
    Runnable write =
        switch (value.type()) {
          case Word _ ->
              () ->
                  ElementCode.storeWord(code, store.element(), element, () -> operands.word(value));
          case MaskType _ ->
              () -> ElementCode.store(code, store.element(), element, () -> operands.mask(value));
          case VectorType _ ->
              () -> ElementCode.store(code, store.element(), element, () -> operands.vector(value));
        };
    Value mask = store.mask();
    if (mask == null) {
      write.run();
      return;
    }
    Branches.when(
        code,
        end -> {
          operands.mask(mask);
          code.ifeq(end);
        },
        write);
  }

  // Loops over lanes

  private void rolled(Rolled rolled) {
    int mark = operands.mark();
    Map<Instruction, Integer> addresses = new IdentityHashMap<>();
    Map<Value, Integer> masks = new HashMap<>();
    for (Instruction instruction : rolled.instructions()) {
      switch (instruction) {
        case Load load -> addresses.put(load, address(load.address()));
        case Store store -> addresses.put(store, address(store.address()));
        default -> {}
      }
      for (Value result : instruction.results()) {
        if (result.type() instanceof MaskType && operands.homes().has(result)) {
          int slot = operands.take(TypeKind.LONG);
          code.lconst_0().lstore(slot);
          masks.put(result, slot);
        }
      }
    }
    operands.overLanes(
        rolled.count(),
        () -> {
          for (Instruction instruction : rolled.instructions()) {
            lane(instruction, addresses.getOrDefault(instruction, -1));
          }
          rolled.instructions().forEach(each -> each.results().forEach(this::keep));
          masks.forEach(this::gather);
        });
    masks.forEach(
        (mask, slot) -> operands.write(operands.homes().of(mask), () -> code.lload(slot)));
    operands.free(mark);
  }

  /// @param address the local variable with the address of lane 0, of an access
  private void lane(Instruction instruction, int address) {
    if (instruction instanceof Store store) {
      store(store, address);
      return;
    }
    if (instruction instanceof Load load) {
      load(load, address);
    } else {
      new PureLanes(code, operands).push(instruction);
    }
    Value result = instruction.results().getFirst();
    operands.define(
        result, result.type() instanceof VectorType type ? Descs.kind(type.lane()) : TypeKind.INT);
  }

  /// Writes the present lane where the vector is kept, at the end of the turn.
  private void keep(Value value) {
    if (value.type() instanceof VectorType && operands.homes().has(value)) {
      operands.write(operands.homes().of(value), () -> operands.vector(value));
    }
  }

  /// Sets the present lane's bit.
  private void gather(Value mask, int slot) {
    code.lload(slot);
    operands.mask(mask);
    code.i2l();
    operands.lane();
    code.lshl().lor().lstore(slot);
  }

  // Control

  private void loop(Loop loop) {
    var top = code.newLabel();
    var end = code.newLabel();
    move(operands.homes().moves(loop.initial(), loop.carried()));
    Home counter = operands.homes().of(loop.counter());
    operands.write(counter, () -> operands.word(loop.from()));
    code.labelBinding(top);
    operands.word(loop.counter());
    operands.word(loop.to());
    code.lcmp().ifge(end);
    nested.accept(loop.body());
    move(operands.homes().moves(loop.body().yields(), loop.carried()));
    operands.write(
        counter,
        () -> {
          operands.word(loop.counter());
          code.loadConstant(loop.step()).ladd();
        });
    code.goto_(top);
    code.labelBinding(end);
  }

  private void branch(If branch) {
    Branches.choose(
        code,
        no -> {
          operands.word(branch.condition());
          code.ifeq(no);
        },
        () -> branch(branch, branch.then()),
        () -> branch(branch, branch.otherwise()));
  }

  private void branch(If branch, Block taken) {
    nested.accept(taken);
    move(operands.homes().moves(taken.yields(), branch.results()));
  }

  /// All at once: values may change places.
  private void move(List<Move> moves) {
    var counts = new TreeSet<Integer>();
    moves.forEach(each -> counts.add(count(each)));
    for (int count : counts) {
      List<Move> some = moves.stream().filter(each -> count(each) == count).toList();
      if (count == 1) {
        moveTogether(some);
      } else {
        operands.overLanes(count, () -> moveTogether(some));
      }
    }
  }

  private static int count(Move move) {
    return move.to() instanceof InArray range ? range.count() : 1;
  }

  private void moveTogether(List<Move> moves) {
    for (Move move : moves) {
      operands.beginWrite(move.to());
      if (move.from().type() instanceof VectorType) {
        operands.vector(move.from());
      } else {
        operands.word(move.from());
      }
    }
    moves.reversed().forEach(each -> operands.endWrite(each.to()));
  }
}
