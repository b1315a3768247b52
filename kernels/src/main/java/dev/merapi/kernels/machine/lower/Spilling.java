package dev.merapi.kernels.machine.lower;

import dev.merapi.kernels.machine.CallingConvention;
import dev.merapi.kernels.machine.lower.Step.Access;
import dev.merapi.kernels.machine.lower.Step.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rewrites steps so that registers without a place live in memory: who may read it there does so,
/// others get a register around their step. Constants are made again or read where they are used.
///
/// It also puts joined registers in the place of those that they were joined from.
final class Spilling {
  private final Lir lir;
  private final int registerArguments;
  private final List<Step> out = new ArrayList<>();

  /// What the present step has instead of registers without a place.
  private final List<Reg> from = new ArrayList<>();

  private final List<Reg> brief = new ArrayList<>();

  private Spilling(Lir lir, CallingConvention convention) {
    this.lir = lir;
    this.registerArguments = convention.arguments().size();
  }

  static void run(Lir lir, List<Reg> spilled, CallingConvention convention) {
    for (Reg reg : spilled) {
      reg.isSpilled = true;
      if (reg.literal == null && reg.slot == null) {
        reg.slot = new Slot(reg.kind == Reg.Kind.VECTOR ? reg.bits / Byte.SIZE : Long.BYTES);
      }
    }
    Spilling spilling = new Spilling(lir, convention);
    for (Step step : lir.steps) {
      spilling.rewrite(step);
    }
    lir.steps = spilling.out;
  }

  private void add(Step step, int depth) {
    step.depth = depth;
    out.add(step);
  }

  private void rewrite(Step step) {
    found(step);
    switch (step.kind) {
      case ENTRY -> out.add(step);
      case MOVE -> move(step);
      case CONSTANT -> constant(step);
      case CALL -> call(step);
      default -> plain(step);
    }
  }

  /// Replaces registers by what they were joined to.
  private static void found(Step step) {
    for (int i = 0; i < step.args.length; i++) {
      Arg arg = step.args[i];
      if (arg instanceof Arg.Register register && register.reg.found() != register.reg) {
        step.args[i] = register.reg.found().at(register.bits);
      } else if (arg instanceof Arg.Memory memory) {
        Reg base = memory.base.found();
        Reg index = memory.index == null ? null : memory.index.found();
        if (base != memory.base || index != memory.index) {
          step.args[i] = with(memory, base, index);
        }
      }
    }
    if (step.mask != null) {
      step.mask = step.mask.found();
    }
    if (step.kind == Kind.LOOP && step.mark != null) {
      List<Reg> carried = new ArrayList<>();
      for (Reg reg : step.mark.carried) {
        Reg found = reg.found();
        if (!found.isSpilled && !carried.contains(found)) {
          carried.add(found);
        }
      }
      step.mark.carried.clear();
      step.mark.carried.addAll(carried);
    }
  }

  private static Arg.Memory with(Arg.Memory memory, Reg base, @Nullable Reg index) {
    return new Arg.Memory(base, index, memory.scale, memory.offset, memory.bits, memory.broadcast);
  }

  private void move(Step step) {
    Arg.Register to = (Arg.Register) step.args[0];
    Arg.Register source = (Arg.Register) step.args[1];
    if (to.reg == source.reg) {
      return;
    }
    if (source.reg.isSpilled && source.reg.literal != null) {
      Arg literal = new Arg.Pool(source.reg.literal, to.bits);
      Step constant = new Step(Kind.CONSTANT, null, to, literal);
      constant.first = Access.WRITE;
      constant.depth = step.depth;
      constant(constant);
    } else if (source.reg.isSpilled) {
      Reg target = to.reg.isSpilled ? lir.brief(source.reg) : to.reg;
      reload(target, source.reg, to.bits, step.depth);
      if (to.reg.isSpilled) {
        save(to.reg, target, to.bits, step.depth);
      }
    } else if (to.reg.isSpilled) {
      save(to.reg, source.reg, to.bits, step.depth);
    } else {
      out.add(step);
    }
  }

  private void constant(Step step) {
    Arg.Register to = (Arg.Register) step.args[0];
    if (!to.reg.isSpilled) {
      out.add(step);
    } else if (to.reg.literal == null) {
      Reg target = lir.brief(to.reg);
      step.args[0] = target.at(to.bits);
      out.add(step);
      save(to.reg, target, to.bits, step.depth);
    }
  }

  /// Arguments in registers may come from memory; those on the stack pass through a register.
  private void call(Step step) {
    forget();
    for (int i = 0; i < step.args.length; i++) {
      if (step.args[i] instanceof Arg.Register register && register.reg.isSpilled) {
        step.args[i] =
            i < registerArguments && register.reg.slot != null
                ? new Arg.Stack(register.reg.slot)
                : read(register.reg, step.depth).at(register.bits);
      }
    }
    out.add(step);
  }

  private void plain(Step step) {
    forget();
    Reg saved = null;
    Arg[] args = step.args;
    for (int i = 0; i < args.length; i++) {
      if (args[i] instanceof Arg.Register register && register.reg.isSpilled) {
        Reg reg = register.reg;
        if (i == 0 && step.first != Access.READ) {
          saved = reg;
          Reg own = step.first == Access.WRITE ? lir.brief(reg) : read(reg, step.depth);
          args[0] = own.at(register.bits);
        } else if (i == step.memoryAt && !step.hasMemory() && !isHeld(reg)) {
          args[i] =
              reg.literal != null
                  ? new Arg.Pool(reg.literal, register.bits)
                  : new Arg.Stack(slot(reg));
        } else {
          args[i] = read(reg, step.depth).at(register.bits);
        }
      } else if (args[i] instanceof Arg.Memory memory) {
        Reg index = memory.index;
        if (memory.base.isSpilled || index != null && index.isSpilled) {
          Reg base = memory.base.isSpilled ? read(memory.base, step.depth) : memory.base;
          args[i] =
              with(
                  memory, base, index != null && index.isSpilled ? read(index, step.depth) : index);
        }
      }
    }
    if (step.mask != null && step.mask.isSpilled) {
      step.mask = read(step.mask, step.depth);
    }
    out.add(step);
    if (saved != null && args[0] instanceof Arg.Register own) {
      save(saved, own.reg, own.bits, step.depth);
    }
  }

  private static Slot slot(Reg reg) {
    if (reg.slot == null) {
      throw new IllegalStateException("register: neither a constant nor in memory");
    }
    return reg.slot;
  }

  private void forget() {
    from.clear();
    brief.clear();
  }

  private boolean isHeld(Reg reg) {
    return from.contains(reg);
  }

  /// A register with the content of one that lives in memory.
  private Reg read(Reg reg, int depth) {
    int known = from.indexOf(reg);
    if (known >= 0) {
      return brief.get(known);
    }
    Reg own = lir.brief(reg);
    if (reg.literal != null) {
      add(Lir.constantOf(own, reg.literal), depth);
    } else {
      reload(own, reg, reg.bits, depth);
    }
    from.add(reg);
    brief.add(own);
    return own;
  }

  private void reload(Reg to, Reg reg, int bits, int depth) {
    Step step = new Step(Kind.RELOAD, null, to.at(bits), new Arg.Stack(slot(reg)));
    step.first = Access.WRITE;
    add(step, depth);
  }

  /// Writes as much of a register as is known of it: of a general one all, as what writes its lower
  /// half clears the upper.
  private void save(Reg reg, Reg own, int bits, int depth) {
    int known = reg.kind == Reg.Kind.GENERAL ? Long.SIZE : bits;
    Step step = new Step(Kind.SPILL, null, new Arg.Stack(slot(reg)), own.at(known));
    step.hasEffect = true;
    add(step, depth);
  }
}
