package dev.merapi.kernels.x64;

import dev.merapi.kernels.x64.Form.Space;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Reads rows of the table, in the notation that [Instruction] describes.
final class FormParser {
  private static final int[] ANY = {0};
  private static final int[] WORDS = {32, 64};
  private static final int[] VEX_LENGTHS = {128, 256};
  private static final int[] EVEX_LENGTHS = {128, 256, 512};

  private final String places;
  private final Slot[] slots;
  private boolean byWord;
  private boolean byVector;
  private boolean gathers;
  private int prefix;
  private int map;
  private int opcode;
  private int digit = -1;

  private FormParser(String operands, String code) {
    String[] parts = operands.split(" ");
    places = parts[0].equals("-") ? "" : parts[0];
    slots = new Slot[parts.length - 1];
    for (int i = 0; i < slots.length; i++) {
      Slot slot = Slot.parse(parts[i + 1]);
      slots[i] = slot;
      byWord |= slot.kind() == Slot.Kind.GPR && slot.divisor() != 0;
      byVector |= slot.kind() == Slot.Kind.VEC && slot.divisor() != 0;
      gathers |= slot.kind() == Slot.Kind.GATHER;
    }
    readOpcode(code);
  }

  /// The encodings of a row, in the order in which they are to be tried.
  static List<Form> parse(String row) {
    List<Form> forms = new ArrayList<>();
    for (String line : row.split(";")) {
      String[] sections = line.split(",");
      var parser = new FormParser(sections[0], sections[1]);
      if (sections.length == 2) {
        forms.add(parser.form("legacy"));
      }
      for (int i = 2; i < sections.length; i++) {
        forms.add(parser.form(sections[i]));
      }
    }
    return List.copyOf(forms);
  }

  /// `prefix.map.opcode/digit`, of which the first two may be left out.
  private void readOpcode(String code) {
    int slash = code.indexOf('/');
    if (slash >= 0) {
      digit = code.charAt(slash + 1) - '0';
    }
    String[] parts = (slash < 0 ? code : code.substring(0, slash)).split("\\.");
    int last = parts.length - 1;
    opcode = Integer.parseInt(parts[last], 16);
    map =
        last == 0
            ? 0
            : switch (parts[last - 1]) {
              case "" -> 0;
              case "0f" -> 1;
              case "0f38" -> 2;
              case "0f3a" -> 3;
              default -> throw new IllegalArgumentException("opcode: text=" + code);
            };
    prefix = last < 2 || parts[0].equals("np") ? 0 : Integer.parseInt(parts[0], 16);
  }

  /// @param section the kind of prefix and its attributes
  private Form form(String section) {
    String[] words = section.split(" ");
    Space space =
        switch (words[0]) {
          case "legacy" -> Space.LEGACY;
          case "vex" -> Space.VEX;
          case "evex" -> Space.EVEX;
          default -> throw new IllegalArgumentException("prefix: text=" + section);
        };
    int wide = byWord ? -1 : 0;
    int vectorBits = 0;
    int broadcast = 0;
    boolean maskable = space == Space.EVEX;
    int features = Feature.BASE.mask();
    int count = 0;
    int[] listed = new int[EVEX_LENGTHS.length];
    for (int i = 1; i < words.length; i++) {
      switch (words[i]) {
        case "w0" -> wide = 0;
        case "w1" -> wide = 1;
        case "b32" -> broadcast = 32;
        case "b64" -> broadcast = 64;
        case "scalar" -> vectorBits = 128;
        case "l1" -> vectorBits = 256;
        case "nomask" -> maskable = false;
        case "128", "256", "512" -> listed[count++] = Integer.parseInt(words[i]);
        default -> features |= Feature.named(words[i]).mask();
      }
    }
    int[] lengths =
        count > 0
            ? Arrays.copyOf(listed, count)
            : byWord ? WORDS : !byVector ? ANY : space == Space.VEX ? VEX_LENGTHS : EVEX_LENGTHS;
    return new Form(
        space,
        places,
        slots,
        prefix,
        map,
        opcode,
        digit,
        wide,
        lengths,
        vectorBits,
        broadcast,
        maskable,
        gathers,
        features);
  }
}
