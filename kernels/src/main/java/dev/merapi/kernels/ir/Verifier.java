package dev.merapi.kernels.ir;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Checks a whole routine: every instruction keeps the rules of [Typing], every value is defined
/// once and used only where its definition is visible, names are unique, and so are numbers.
public final class Verifier {
  private final Routine routine;

  /// The visible values by their numbers.
  private final @Nullable Value[] visible;

  /// Whether a number is taken.
  private final boolean[] defined;

  private final Set<String> names = new HashSet<>();

  private Verifier(Routine routine) {
    this.routine = routine;
    visible = new Value[routine.values()];
    defined = new boolean[routine.values()];
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
    for (int i = 0; i < name.length(); i++) {
      if (!Character.isJavaIdentifierPart(name.charAt(i))) {
        return false;
      }
    }
    return !name.isEmpty() && Character.isJavaIdentifierStart(name.charAt(0));
  }

  /// @param owner an instruction, or words: its text is made only where it is needed
  private void block(Block block, Object owner) {
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
      }
    }
    for (Value yield : block.yields()) {
      use(yield, owner);
    }
    hide(block.parameters());
    for (Instruction instruction : block.instructions()) {
      hide(instruction.results());
    }
  }

  private void hide(List<Value> values) {
    for (Value value : values) {
      visible[value.id()] = null;
    }
  }

  private void use(Value value, Object user) {
    int id = value.id();
    if (id < 0 || id >= visible.length || visible[id] != value) {
      throw error(
          "value used where it is not defined: value=" + value + ", instruction=" + text(user));
    }
  }

  private void define(Value value, Object definer) {
    int id = value.id();
    if (id < 0 || id >= defined.length || defined[id]) {
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
    defined[id] = true;
    visible[id] = value;
  }

  private static String text(Object where) {
    return where instanceof Instruction instruction ? Printer.line(instruction) : where.toString();
  }

  private static IllegalArgumentException error(String what) {
    return new IllegalArgumentException("kernel IR: " + what);
  }
}
