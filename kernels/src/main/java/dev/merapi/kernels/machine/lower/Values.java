package dev.merapi.kernels.machine.lower;

import dev.merapi.kernels.ir.Definitions;
import dev.merapi.kernels.ir.Instruction;
import dev.merapi.kernels.ir.Pure.Constant;
import dev.merapi.kernels.ir.Pure.LaneNumbers;
import dev.merapi.kernels.ir.Pure.Reinterpret;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.Value;
import dev.merapi.kernels.ir.VectorType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The registers of the values of a routine, and what else selection knows of them.
final class Values {
  final Target target;
  final Lir lir;
  final Literals literals;

  private final Definitions definitions;
  private final Reg[][] registers;
  private final int[] homes;
  private final int[] seen;
  private int block;
  private int epoch;

  Values(Target target, Routine routine) {
    this.target = target;
    this.lir = new Lir();
    this.literals = new Literals(target, lir);
    this.definitions = Definitions.of(routine);
    this.registers = new Reg[routine.values()][];
    this.homes = new int[routine.values()];
    this.seen = new int[routine.values()];
  }

  // Definitions and uses

  /// What defines a value; null for a parameter.
  @Nullable Instruction definition(Value value) {
    return definitions.of(value).orElse(null);
  }

  boolean isConstant(Value value) {
    return definitions.constant(value).isPresent();
  }

  /// The bits of a constant.
  long constant(Value value) {
    return definitions.constant(value).getAsLong();
  }

  int uses(Value value) {
    return definitions.uses(value);
  }

  /// Counts a use, in the order of the instructions.
  void see(Value value) {
    seen[value.id()]++;
  }

  /// Whether a value was defined in this block.
  boolean isOwn(Value value) {
    return homes[value.id()] == block;
  }

  /// Whether the present use of a value is its last.
  boolean dies(Value value) {
    return isOwn(value) && seen[value.id()] == uses(value) && !isConstant(value);
  }

  // Blocks

  int block() {
    return block;
  }

  /// Goes to another block. Nothing that was read before is known to be the same in memory.
  void block(int number) {
    block = number;
    epoch++;
    literals.newBlock();
  }

  /// Something was written.
  void written() {
    epoch++;
  }

  // Registers

  void define(Value value, Reg... parts) {
    registers[value.id()] = parts;
    homes[value.id()] = block;
  }

  /// One register for all parts of a value.
  void defineAll(Value value, Reg same, int parts) {
    Reg[] all = new Reg[parts];
    Arrays.fill(all, same);
    define(value, all);
  }

  /// What a constant vector is in a part; null for other values.
  @Nullable Literal literal(Value value, int part) {
    Instruction definition = definition(value);
    if (!(value.type() instanceof VectorType type)) {
      return null;
    }
    int laneBits = type.lane().bits();
    if (definition instanceof Constant constant) {
      return Literal.splat(laneBits, constant.bits());
    }
    if (definition instanceof LaneNumbers) {
      return numbers(type.count(), laneBits, part);
    }
    return null;
  }

  /// The numbers of the lanes in a part of a vector.
  Literal numbers(int count, int laneBits, int part) {
    int lanes = target.lanes(count, laneBits);
    long[] numbers = new long[target.width(count, laneBits) / laneBits];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (long) part * lanes + i;
    }
    return Literal.ofLanes(laneBits, numbers);
  }

  /// The register of a part of a vector, or of a word.
  Reg reg(Value value, int part) {
    Literal literal = literal(value, part);
    return literal != null ? literals.register(literal) : registers[value.id()][part];
  }

  /// The registers of all parts of a vector that is no constant.
  Reg[] registers(Value value) {
    Literal literal = literal(value, 0);
    if (literal == null) {
      return registers[value.id()];
    }
    Reg[] all = new Reg[target.parts(value.vector())];
    for (int i = 0; i < all.length; i++) {
      all[i] = reg(value, i);
    }
    return all;
  }

  /// The registers as they were defined: of masks too.
  Reg[] defined(Value value) {
    return registers[value.id()];
  }

  /// A part of a vector as the last operand of an instruction: in memory, where it is there anyway.
  ///
  /// @param isScalar whether the instruction reads one lane of memory only
  Arg operand(Value value, int part, dev.merapi.kernels.x64.Instruction op, boolean isScalar) {
    VectorType type = value.vector();
    int bits = target.width(type);
    Literal literal = literal(value, part);
    if (literal != null) {
      return literals.operand(literal, bits);
    }
    Reg reg = registers[value.id()][part];
    Arg.Memory memory = memory(value, reg);
    if (memory == null) {
      return reg.at(bits);
    }
    int laneBits = type.lane().bits();
    boolean fits =
        memory.broadcast
            ? !isScalar && target.isWide() && op.broadcastBits() == laneBits
            : reg.sourceBits == (isScalar ? laneBits : bits);
    return fits ? memory : reg.at(bits);
  }

  /// The only lane of a vector, as an operand that reads so much from memory.
  Arg scalar(Value value) {
    int laneBits = value.vector().lane().bits();
    Literal literal = literal(value, 0);
    if (literal != null) {
      return literals.operand(literal, 128);
    }
    Reg reg = registers[value.id()][0];
    Arg.Memory memory = memory(value, reg);
    return memory != null && reg.sourceBits == laneBits && !memory.broadcast ? memory : reg.at(128);
  }

  /// Whether an operand would be in memory.
  boolean isMemory(Value value) {
    return literal(value, 0) != null || memory(value, registers[value.id()][0]) != null;
  }

  private Arg.@Nullable Memory memory(Value value, Reg reg) {
    if (reg.source == null || reg.sourceEpoch != epoch) {
      return null;
    }
    for (Value each = value; ; ) {
      if (uses(each) != 1 || !isOwn(each)) {
        return null;
      }
      if (!(definition(each) instanceof Reinterpret same)) {
        return definition(each) instanceof Instruction.Load
                || definition(each) instanceof Instruction.LoadSplat
            ? reg.source
            : null;
      }
      each = same.operand();
    }
  }

  /// Says that a register was just read from memory.
  ///
  /// @param bits that were read
  void loaded(Reg reg, Arg.Memory from, int bits) {
    reg.source = from;
    reg.sourceBits = bits;
    reg.sourceEpoch = epoch;
  }
}
