package dev.merapi.kernels.ir;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Checks a whole routine: every instruction keeps the rules of [Typing], every value is defined
/// once and used only where its definition is visible, names are unique, and so are numbers.
public final class Verifier {
  private final Routine routine;
  private final Set<Value> visible = new HashSet<>();
  private final Set<Integer> ids = new HashSet<>();
  private final Set<String> names = new HashSet<>();

  private Verifier(Routine routine) {
    this.routine = routine;
  }

  /// Checks a routine.
  ///
  /// @return the routine
  /// @throws IllegalArgumentException that names the instruction if something is wrong
  public static Routine verify(Routine routine) {
    try {
      new Verifier(routine).verify();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(e.getMessage() + ", routine=" + routine.name(), e);
    }
    return routine;
  }

  private void verify() {
    if (!isIdentifier(routine.name())) {
      throw error("not a Java identifier: name=" + routine.name());
    }
    List<Value> parameters = routine.parameters();
    if (parameters.size() > Routine.MAX_PARAMETERS) {
      throw error("too many parameters: count=" + parameters.size());
    }
    for (Value parameter : parameters) {
      if (parameter.type() != Word.INTEGER && parameter.type() != Word.POINTER) {
        throw error("parameter of type " + parameter.type() + ": name=" + parameter);
      }
      define(parameter, "the parameters");
    }
    if (!routine.body().parameters().isEmpty() || !routine.body().yields().isEmpty()) {
      throw error("the outermost block has parameters or yields");
    }
    block(routine.body(), "the routine");
  }

  private static boolean isIdentifier(String name) {
    return !name.isEmpty()
        && Character.isJavaIdentifierStart(name.charAt(0))
        && name.chars().allMatch(Character::isJavaIdentifierPart);
  }

  /// @param owner an instruction, or words: its text is made only where it is needed
  private void block(Block block, Object owner) {
    var hidden = new HashSet<Value>(block.parameters());
    for (Value parameter : block.parameters()) {
      define(parameter, owner);
    }
    for (Instruction instruction : block.instructions()) {
      for (Value operand : instruction.operands()) {
        use(operand, instruction);
      }
      Typing.check(instruction);
      for (Block nested : instruction.blocks()) {
        block(nested, instruction);
      }
      for (Value result : instruction.results()) {
        define(result, instruction);
        hidden.add(result);
      }
    }
    for (Value yield : block.yields()) {
      use(yield, owner);
    }
    visible.removeAll(hidden);
  }

  private void use(Value value, Object user) {
    if (!visible.contains(value)) {
      throw error(
          "value used where it is not defined: value=" + value + ", instruction=" + text(user));
    }
  }

  private void define(Value value, Object definer) {
    if (value.id() < 0 || value.id() >= routine.values() || !ids.add(value.id())) {
      throw error(
          "value defined twice, or its number out of range: value="
              + value
              + ", id="
              + value.id()
              + ", instruction="
              + text(definer));
    }
    if (value.name().isEmpty() || !names.add(value.name())) {
      throw error("name empty or not unique: value=" + value + ", instruction=" + text(definer));
    }
    visible.add(value);
  }

  private static String text(Object where) {
    return where instanceof Instruction instruction ? Printer.line(instruction) : where.toString();
  }

  private static IllegalArgumentException error(String what) {
    return new IllegalArgumentException("kernel IR: " + what);
  }
}
