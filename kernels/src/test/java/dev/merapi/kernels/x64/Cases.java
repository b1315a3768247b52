package dev.merapi.kernels.x64;

import dev.merapi.kernels.x64.Form.Space;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Each form of an instruction with operands of all kinds: low and high registers, every way to
/// address memory, short and long displacements, masks, broadcasts, every vector length.
final class Cases {
  private static final Set<Feature> ALL = EnumSet.allOf(Feature.class);

  /// How often the registers and constants of one form change.
  private static final int ROUNDS = 8;

  /// How far labels ahead are, so that a jump of 8 bits would not do.
  private static final int FAR = 200;

  private static final int[] MASKS = {1, 7, 2, 5};

  private final Instruction instruction;
  private final Map<String, byte[]> found = new LinkedHashMap<>();
  private final List<String> samples = new ArrayList<>();

  private Cases(Instruction instruction) {
    this.instruction = instruction;
  }

  /// @throws AssertionError if a form is never chosen, because an earlier one takes all its
  ///   operands
  static Cases of(Instruction instruction) {
    var cases = new Cases(instruction);
    for (Form form : instruction.forms()) {
      for (int length : form.lengths()) {
        if (!cases.add(form, length)) {
          throw new AssertionError("never used: " + instruction + " " + form + " " + length);
        }
      }
    }
    return cases;
  }

  /// Text in Intel's syntax, and the bytes.
  Map<String, byte[]> all() {
    return found;
  }

  /// The text of one case for each form and length.
  List<String> samples() {
    return samples;
  }

  private boolean add(Form form, int length) {
    boolean used = false;
    int before = found.size();
    for (int round = 0; round < ROUNDS; round++) {
      used |= add(form, length, round, -1);
    }
    for (int memory = 0; memory < CaseOperands.MEMORIES; memory++) {
      used |= add(form, length, memory, memory);
    }
    List<String> texts = List.copyOf(found.keySet()).subList(before, found.size());
    if (!texts.isEmpty()) {
      samples.add(texts.get(Math.floorMod(texts.getLast().hashCode(), texts.size())));
    }
    return used;
  }

  private boolean add(Form form, int length, int round, int memory) {
    return add(form, length, round, memory, false) | add(form, length, round, memory, true);
  }

  /// Adds a case if such operands are encoded by this form.
  private boolean add(Form form, int length, int round, int memory, boolean isMasked) {
    List<String> text = new ArrayList<>();
    var assembler = new Assembler(ALL, text::add);
    var drawn = new CaseOperands(assembler, form, length, round, memory);
    Operand[] operands = drawn.operands();
    if (operands == null) {
      return false;
    }
    Masked masked = isMasked ? masked(form, operands, round) : null;
    if (isMasked && masked == null || !chosen(form, length, operands, masked)) {
      return false;
    }
    Operand[] written = operands.clone();
    if (masked != null) {
      written[0] = masked;
    }
    assembler.emit(instruction, written);
    int size = assembler.position();
    drawn.bindNext();
    while (assembler.position() < size + FAR) {
      assembler.emit(Instruction.NOP);
    }
    drawn.bindFar();
    byte[] bytes = Arrays.copyOf(assembler.finish().bytes(), size);
    String line =
        text.stream().filter(l -> !l.endsWith(":")).findFirst().orElseThrow().substring(2);
    found.put(drawn.withPlaces(line, ".", ".+" + (size + FAR)), bytes);
    return true;
  }

  private static @Nullable Masked masked(Form form, Operand[] operands, int round) {
    if (!form.maskable() || operands.length == 0 || operands[0] instanceof Gpr) {
      return null;
    }
    boolean zero = round % 2 == 1 && operands[0] instanceof Vec && !form.gathers();
    return new Masked(operands[0], new KReg(MASKS[round % MASKS.length]), zero);
  }

  private boolean chosen(Form form, int length, Operand[] operands, @Nullable Masked masked) {
    if (form.gathers() && form.space() == Space.EVEX && masked == null) {
      return false;
    }
    try {
      Choice choice = Choice.of(instruction, operands, masked, Feature.mask(ALL), 0);
      return choice.form() == form && choice.length() == length;
    } catch (IllegalArgumentException e) {
      if (form.gathers()) {
        return false; // one register drawn twice
      }
      throw e;
    }
  }
}
