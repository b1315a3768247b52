package dev.merapi.kernels.machine.lower;

import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.pass.Passes;
import dev.merapi.kernels.machine.CallingConvention;
import dev.merapi.kernels.machine.Cpu;
import dev.merapi.kernels.machine.Frame;
import dev.merapi.kernels.machine.KernelCode;
import dev.merapi.kernels.machine.lower.Step.Kind;
import dev.merapi.kernels.x64.Assembler;
import dev.merapi.kernels.x64.Code;
import dev.merapi.kernels.x64.Feature;
import dev.merapi.kernels.x64.Gpr;
import dev.merapi.kernels.x64.Label;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Compiles routines to machine code.
///
/// A routine and those that it calls become one piece of code, which begins with the routine. It is
/// a function of the system's: whoever has installed it calls it with
/// [dev.merapi.kernels.machine.MachineCall].
public final class MachineCompiler {
  private static final int FUNCTION_ALIGNMENT = 64;

  private final Target target;
  private final CallingConvention convention;
  private final Assembler code;
  private final Map<Routine, Label> functions = new IdentityHashMap<>();
  private final List<Routine> pending = new ArrayList<>();

  private MachineCompiler(Cpu.Level level, CallingConvention convention, Assembler code) {
    this.target = level == Cpu.Level.AVX512 ? Target.AVX512 : Target.AVX2;
    this.convention = convention;
    this.code = code;
  }

  /// Compiles a routine for this processor and system.
  ///
  /// @throws IllegalArgumentException if the processor has no level for which there is code
  public static KernelCode kernel(Routine routine) {
    Code code = compile(routine, Cpu.host().level(), CallingConvention.host());
    return new KernelCode(routine.name(), code);
  }

  /// Compiles a routine, whatever processor and system this is.
  ///
  /// @param level for which; not `NONE`
  /// @param convention in which it is called
  public static Code compile(Routine routine, Cpu.Level level, CallingConvention convention) {
    return compile(routine, level, convention, null);
  }

  /// The same.
  ///
  /// @param listing is told each instruction, as in [Assembler]
  public static Code compile(
      Routine routine,
      Cpu.Level level,
      CallingConvention convention,
      @Nullable Consumer<String> listing) {
    if (level == Cpu.Level.NONE) {
      throw new IllegalArgumentException("machine code: level=" + level);
    }
    Set<Feature> features = level.features();
    Assembler code = listing == null ? new Assembler(features) : new Assembler(features, listing);
    MachineCompiler compiler = new MachineCompiler(level, convention, code);
    compiler.function(routine);
    for (int i = 0; i < compiler.pending.size(); i++) {
      compiler.compile(compiler.pending.get(i));
    }
    return code.finish();
  }

  private void function(Routine routine) {
    if (!functions.containsKey(routine)) {
      functions.put(routine, code.label());
      pending.add(routine);
    }
  }

  private void compile(Routine routine) {
    Lir lir = Selection.run(target, Passes.run(routine));
    boolean calls = false;
    for (Step step : lir.steps) {
      if (step.kind == Kind.CALL && step.routine != null) {
        function(step.routine);
        calls = true;
      } else if (step.kind == Kind.ENTRY) {
        wish(step.args);
      }
    }
    place(lir, calls);
    code.align(FUNCTION_ALIGNMENT);
    code.bind(label(routine));
    Frame frame = frame(lir, calls);
    WordMoves moves = new WordMoves(code, frame, convention);
    new Emission(code, target, frame, moves, functions).run(lir);
  }

  private Label label(Routine routine) {
    Label label = functions.get(routine);
    if (label == null) {
      throw new IllegalStateException("no such function: name=" + routine.name());
    }
    return label;
  }

  /// Arguments rather stay where they come in.
  private void wish(Arg[] arguments) {
    List<Gpr> registers = convention.arguments();
    for (int i = 0; i < Math.min(arguments.length, registers.size()); i++) {
      ((Arg.Register) arguments[i]).reg.wish = registers.get(i).number();
    }
  }

  /// Gives all registers places, and memory to those that get none.
  private void place(Lir lir, boolean calls) {
    boolean framePointer = calls || convention.preservesVectors() || usesStack(lir);
    while (true) {
      int[] positions = Liveness.run(lir);
      Coalescing.run(lir);
      Places places = new Places(target, convention, framePointer);
      List<Reg> spilled = LinearScan.run(lir, places, positions);
      if (spilled.isEmpty()) {
        return;
      }
      Spilling.run(lir, spilled, convention);
      framePointer = true;
    }
  }

  private static boolean usesStack(Lir lir) {
    for (Step step : lir.steps) {
      for (Arg arg : step.args) {
        if (arg instanceof Arg.Stack) {
          return true;
        }
      }
    }
    return false;
  }

  private Frame frame(Lir lir, boolean calls) {
    int general = 0;
    int vectors = 0;
    for (Reg reg : lir.registers) {
      if (reg.place != Reg.NOWHERE && reg.found() == reg && reg.isNeeded()) {
        switch (reg.kind) {
          case GENERAL -> general |= 1 << reg.place;
          case VECTOR -> vectors |= 1 << reg.place;
          case MASK -> {}
        }
      }
    }
    Collection<Gpr> used = new ArrayList<>();
    for (int number = 0; number < Integer.SIZE; number++) {
      if ((general >>> number & 1) != 0) {
        used.add(Gpr.of(number));
      }
    }
    return new Frame(convention, used, vectors, layOut(lir), calls);
  }

  /// Gives the slots their offsets, the largest first, so that each lies at a multiple of its size.
  ///
  /// @return the bytes of all
  private static int layOut(Lir lir) {
    Set<Slot> slots = new LinkedHashSet<>();
    for (Step step : lir.steps) {
      for (Arg arg : step.args) {
        if (arg instanceof Arg.Stack stack) {
          slots.add(stack.slot);
        } else if (step.kind == Kind.ENTRY
            && arg instanceof Arg.Register register
            && register.reg.found().slot != null) {
          slots.add(register.reg.found().slot);
        }
      }
    }
    int bytes = 0;
    for (int size = Frame.ALIGNMENT; size > 0; size /= 2) {
      for (Slot slot : slots) {
        if (slot.bytes == size) {
          slot.offset = bytes;
          bytes += size;
        }
      }
    }
    return bytes;
  }
}
