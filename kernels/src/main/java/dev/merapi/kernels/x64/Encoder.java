package dev.merapi.kernels.x64;

import org.jspecify.annotations.Nullable;

/// Writes one instruction, whose encoding and length have been chosen.
final class Encoder {
  private static final int MAP_0F = 1;
  private static final int SIB = 0b100;
  private static final int NO_BASE = 0b101;
  private static final int NO_INDEX = 0b100;

  private final CodeBuffer out;
  private final Fixups fixups;
  private final Form form;
  private final int length;
  private final @Nullable Masked masked;

  private int reg;
  private int second;
  private int rm;
  private @Nullable Mem mem;
  private @Nullable Imm immediate;
  private int immediateBytes;
  private @Nullable Label target;
  private int targetBytes;
  private int third = -1;
  private boolean needsRex;

  private Encoder(CodeBuffer out, Fixups fixups, Choice choice, @Nullable Masked masked) {
    this.out = out;
    this.fixups = fixups;
    this.form = choice.form();
    this.length = choice.length();
    this.masked = masked;
    this.reg = Math.max(form.digit(), 0);
  }

  /// @param operands of which a masked one is given by its destination
  static void encode(
      CodeBuffer out, Fixups fixups, Choice choice, Operand[] operands, @Nullable Masked masked) {
    var encoder = new Encoder(out, fixups, choice, masked);
    for (int i = 0; i < operands.length; i++) {
      encoder.place(encoder.form.places().charAt(i), operands[i], encoder.form.slots()[i]);
    }
    encoder.write();
  }

  private void place(char place, Operand operand, Slot slot) {
    switch (place) {
      case 'r' -> reg = number(operand);
      case 'v' -> second = number(operand);
      case 's' -> third = number(operand);
      case 'm', 'o' -> {
        if (operand instanceof Mem memory) {
          mem = memory;
        } else {
          rm = number(operand);
        }
      }
      case 'i' -> {
        immediate = (Imm) operand;
        immediateBytes = slot.bits() / 8;
      }
      case 'd' -> {
        target = (Label) operand;
        targetBytes = slot.bits() / 8;
      }
      case '-' -> {} // the opcode says it
      default -> throw new IllegalStateException("place: letter=" + place);
    }
  }

  private int number(Operand operand) {
    if (operand instanceof Vec vec) {
      return vec.number();
    }
    if (operand instanceof Gpr gpr) {
      needsRex |= gpr.needsRex();
      return gpr.number();
    }
    if (operand instanceof KReg k) {
      return k.number();
    }
    throw new IllegalStateException("register: operand=" + operand);
  }

  private void write() {
    boolean inOpcode = form.places().indexOf('o') >= 0;
    switch (form.space()) {
      case LEGACY -> legacy();
      case VEX -> vex();
      case EVEX -> evex();
    }
    if (form.opcode() > 0xff) {
      out.put8(form.opcode() >> 8);
    }
    out.put8(form.opcode() + (inOpcode ? rm & 7 : 0));
    int trailing = third >= 0 ? 1 : immediateBytes;
    if (mem != null) {
      memory(mem, trailing);
    } else if (!inOpcode && (form.digit() >= 0 || form.places().indexOf('m') >= 0)) {
      modrm(0b11, rm);
    }
    if (third >= 0) {
      out.put8(third << 4);
    } else if (immediate != null) {
      out.put(immediate.value(), immediateBytes);
    } else if (target != null) {
      jump(target);
    }
  }

  private void jump(Label label) {
    if (targetBytes == 1) {
      out.put8(label.position() - (out.size() + 1));
    } else {
      fixups.add(label, 0, out.size(), 0);
      out.put(0, Integer.BYTES);
    }
  }

  // Bit 3 and bit 4 of the numbers of registers, where a prefix extends them.

  private int high(int number, int bit) {
    return number >> bit & 1;
  }

  private int indexNumber() {
    Operand index = mem == null ? null : mem.index();
    return index == null ? 0 : number(index);
  }

  private int baseNumber() {
    if (mem == null) {
      return rm;
    }
    Gpr base = mem.base();
    return base == null ? 0 : base.number();
  }

  private void legacy() {
    if (form.prefix() != 0) {
      out.put8(form.prefix());
    }
    int w = form.isWide(length) ? 1 : 0;
    int bits = w << 3 | high(reg, 3) << 2 | high(indexNumber(), 3) << 1 | high(baseNumber(), 3);
    if (bits != 0 || needsRex) {
      out.put8(0x40 | bits);
    }
    if (form.map() >= MAP_0F) {
      out.put8(0x0f);
    }
    if (form.map() > MAP_0F) {
      out.put8(form.map() == 2 ? 0x38 : 0x3a);
    }
  }

  private void vex() {
    int w = form.isWide(length) ? 1 : 0;
    int x = high(indexNumber(), 3);
    int b = high(baseNumber(), 3);
    int r = high(reg, 3);
    int tail = (~second & 15) << 3 | (form.vectorLength(length) == 256 ? 4 : 0) | prefixBits();
    if (x == 0 && b == 0 && w == 0 && form.map() == MAP_0F) {
      out.put(0xc5 | ((r ^ 1) << 7 | tail) << 8, 2);
    } else {
      int first = (r ^ 1) << 7 | (x ^ 1) << 6 | (b ^ 1) << 5 | form.map();
      out.put(0xc4 | first << 8 | (w << 7 | tail) << 16, 3);
    }
  }

  private void evex() {
    int index = indexNumber();
    int x = mem == null ? high(rm, 4) : high(index, 3);
    int fifth = mem != null && mem.hasVectorIndex() ? index : second;
    int inverted = high(reg, 3) << 7 | x << 6 | high(baseNumber(), 3) << 5 | high(reg, 4) << 4;
    int first = inverted ^ 0xf0 | form.map();
    int middle = (form.isWide(length) ? 0x80 : 0) | (~second & 15) << 3 | 4 | prefixBits();
    int vectorBits = form.vectorLength(length);
    int last =
        (vectorBits == 512 ? 2 : vectorBits == 256 ? 1 : 0) << 5
            | (mem != null && mem.isBroadcast() ? 0x10 : 0)
            | (high(fifth, 4) ^ 1) << 3;
    if (masked != null) {
      last |= (masked.zero() ? 0x80 : 0) | masked.mask().number();
    }
    out.put(0x62 | first << 8 | middle << 16 | (long) last << 24, 4);
  }

  private int prefixBits() {
    return switch (form.prefix()) {
      case 0x66 -> 1;
      case 0xf3 -> 2;
      case 0xf2 -> 3;
      default -> 0;
    };
  }

  private void modrm(int mode, int place) {
    out.put8(mode << 6 | (reg & 7) << 3 | place & 7);
  }

  /// @param trailing bytes of the instruction behind the displacement
  private void memory(Mem place, int trailing) {
    Label label = place.label();
    Gpr base = place.base();
    if (label != null) {
      modrm(0b00, NO_BASE);
      fixups.add(label, place.displacement(), out.size(), trailing);
      out.put(0, Integer.BYTES);
    } else if (base == null) {
      modrm(0b00, SIB);
      sib(place, NO_BASE);
      out.put(place.displacement(), Integer.BYTES);
    } else {
      based(place, base.number());
    }
  }

  private void based(Mem place, int base) {
    boolean sib = place.index() != null || (base & 7) == SIB;
    int unit = form.displacementUnit(place, length);
    int displacement = place.displacement();
    int scaled = displacement / unit;
    boolean isShort = displacement % unit == 0 && scaled == (byte) scaled;
    boolean none = displacement == 0 && (base & 7) != NO_BASE;
    modrm(none ? 0b00 : isShort ? 0b01 : 0b10, sib ? SIB : base);
    if (sib) {
      sib(place, base & 7);
    }
    if (!none) {
      out.put(isShort ? scaled : displacement, isShort ? 1 : Integer.BYTES);
    }
  }

  private void sib(Mem place, int base) {
    int scale = Integer.numberOfTrailingZeros(place.scale());
    int index = place.index() == null ? NO_INDEX : indexNumber() & 7;
    out.put8(scale << 6 | index << 3 | base);
  }
}
