package dev.merapi.kernels.bytecode;

import static dev.merapi.kernels.bytecode.Descs.VOID;

import dev.merapi.kernels.ir.Block;
import dev.merapi.kernels.ir.Definitions;
import dev.merapi.kernels.ir.Instruction.Call;
import dev.merapi.kernels.ir.Lane;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.Value;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.stream.Stream;

/// The methods of one routine: the first takes its parameters and the arrays, the others, which
/// have parts of it, the arrays alone.
final class Methods {
  private static final MethodTypeDesc PART =
      MethodTypeDesc.of(
          VOID, Stream.of(Lane.values()).map(each -> Descs.of(each).arrayType()).toList());

  /// Emits a call of another routine, whose arguments are on the stack.
  @FunctionalInterface
  interface Caller {
    /// @param firstArray the local variable of the first array
    void call(CodeBuilder code, Call call, int firstArray);
  }

  private final Routine routine;
  private final Definitions definitions;
  private final Schedule schedule;
  private final Homes homes;
  private final Parts parts;
  private final Caller caller;
  private int count;

  Methods(Routine routine, Schedule schedule, Homes homes, Parts parts, Caller caller) {
    this.routine = routine;
    this.definitions = Definitions.of(routine);
    this.schedule = schedule;
    this.homes = homes;
    this.parts = parts;
    this.caller = caller;
  }

  static void pushArrays(CodeBuilder code, int firstArray) {
    for (int i = 0; i < Lane.values().length; i++) {
      code.aload(firstArray + i);
    }
  }

  /// Adds them to a class.
  void add(ClassBuilder builder, ClassDesc self, String name, MethodTypeDesc type) {
    builder.withMethodBody(
        name,
        type,
        ScalarTarget.STATIC,
        code -> {
          int firstArray = 2 * routine.parameters().size();
          Method method = new Method(builder, self, name, code, firstArray, homes.slots());
          method.takeParameters();
          method.block(routine.body());
          code.return_();
        });
  }

  /// A method that is being emitted.
  private final class Method {
    private final ClassBuilder builder;
    private final ClassDesc self;
    private final String name;
    private final CodeBuilder code;
    private final int firstArray;
    private final Operands operands;
    private final ScalarCode steps;

    Method(
        ClassBuilder builder,
        ClassDesc self,
        String name,
        CodeBuilder code,
        int firstArray,
        int nextSlot) {
      this.builder = builder;
      this.self = self;
      this.name = name;
      this.code = code;
      this.firstArray = firstArray;
      this.operands = new Operands(code, homes, definitions, firstArray, nextSlot);
      this.steps =
          new ScalarCode(code, operands, this::block, call -> caller.call(code, call, firstArray));
    }

    void takeParameters() {
      for (int i = 0; i < routine.parameters().size(); i++) {
        Value parameter = routine.parameters().get(i);
        int slot = 2 * i;
        if (homes.of(parameter) instanceof Home.InArray home) {
          operands.write(home, () -> code.lload(slot));
        }
      }
    }

    /// A block is emitted here, or is calls of its parts if the routine is cut.
    void block(Block block) {
      if (parts.most() == Integer.MAX_VALUE) {
        schedule.of(block).forEach(steps::emit);
      } else {
        parts.of(block).forEach(this::call);
      }
    }

    private void call(List<Piece> part) {
      String partName = name + "$" + count++;
      builder.withMethodBody(
          partName,
          PART,
          ScalarTarget.STATIC,
          inner -> {
            Method method = new Method(builder, self, partName, inner, 0, Lane.values().length);
            if (part.size() == 1 && !parts.fits(part.getFirst())) {
              method.steps.emit(part.getFirst()); // its blocks are cut
            } else {
              part.forEach(method::whole);
            }
            inner.return_();
          });
      pushArrays(code, firstArray);
      code.invokestatic(self, partName, PART);
    }

    /// Emits a piece with its blocks.
    private void whole(Piece piece) {
      new ScalarCode(
              code,
              operands,
              block -> schedule.of(block).forEach(this::whole),
              call -> caller.call(code, call, firstArray))
          .emit(piece);
    }
  }
}
