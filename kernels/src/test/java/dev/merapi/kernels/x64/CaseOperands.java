package dev.merapi.kernels.x64;

import dev.merapi.kernels.x64.Form.Space;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Operands for one form, different in each round.
final class CaseOperands {
  private static final int[] GENERAL = {0, 3, 13, 5, 8, 4, 15, 7};
  private static final int[] VEX = {0, 15, 7, 8, 3};
  private static final int[] EVEX = {17, 4, 31, 12, 16, 9, 24};
  private static final int[] PRIMES = {1, 3, 5, 7};

  /// A place in memory.
  ///
  /// @param index the number of a register, or -1
  /// @param units a displacement in units of [Form#displacementUnit]
  /// @param bytes added to it
  private record Place(int base, int index, int scale, int units, int bytes) {}

  private static final List<Place> PLACES =
      List.of(
          new Place(0, -1, 1, 0, 0),
          new Place(5, -1, 1, 0, 0),
          new Place(4, -1, 1, 0, 8),
          new Place(13, -1, 1, 0, 0),
          new Place(12, -1, 1, 3, 0),
          new Place(3, -1, 1, 127, 0),
          new Place(9, -1, 1, 128, 0),
          new Place(6, -1, 1, -128, 0),
          new Place(10, -1, 1, -129, 0),
          new Place(2, -1, 1, 0, 1),
          new Place(1, -1, 1, 1, -1),
          new Place(7, -1, 1, 0, 0x7fff_ffff),
          new Place(11, -1, 1, 0, Integer.MIN_VALUE),
          new Place(0, 1, 1, 0, 0),
          new Place(13, 12, 2, 0, 0),
          new Place(4, 9, 4, 2, 0),
          new Place(15, 5, 8, 0, 1000),
          new Place(-1, 14, 8, 0, 64),
          new Place(-1, 3, 4, 0, 0),
          new Place(-1, -1, 1, 0, 0)); // a label

  /// Each place, once as it is and once broadcast.
  static final int MEMORIES = 2 * PLACES.size();

  private final Assembler assembler;
  private final Form form;
  private final int length;
  private final int round;
  private final int memory;
  private final Label near;
  private final Label next;
  private final Label far;

  /// @param memory the number of the place in memory, or -1 for registers only
  CaseOperands(Assembler assembler, Form form, int length, int round, int memory) {
    this.assembler = assembler;
    this.form = form;
    this.length = length;
    this.round = round;
    this.memory = memory;
    this.near = assembler.here();
    this.next = assembler.label();
    this.far = assembler.label();
  }

  /// Call it where the instruction ends.
  void bindNext() {
    assembler.bind(next);
  }

  void bindFar() {
    assembler.bind(far);
  }

  /// A line of the listing with distances in the place of labels.
  ///
  /// @param near where the instruction begins
  /// @param ahead where [#bindFar()] is
  String withPlaces(String line, String near, String ahead) {
    return line.replace("rip+" + next, "rip+0")
        .replace(" " + this.near, " " + near)
        .replace(" " + far, " " + ahead);
  }

  /// Null if the form takes no such operands.
  Operand @Nullable [] operands() {
    Slot[] slots = form.slots();
    var operands = new Operand[slots.length];
    boolean open = memory >= 0;
    for (int i = 0; i < operands.length; i++) {
      Slot slot = slots[i];
      Operand operand = slot.memory() && open ? place(slot) : register(slot, i);
      if (operand == null) {
        return null;
      }
      open &= !slot.memory();
      operands[i] = operand;
    }
    return memory >= 0 && open ? null : operands;
  }

  private @Nullable Operand place(Slot slot) {
    Place place = PLACES.get(memory / 2);
    boolean broadcast = memory % 2 == 1;
    if (broadcast && form.broadcastBits() == 0) {
      return null;
    }
    boolean isLabel = place.base < 0 && place.index < 0;
    Mem mem = isLabel ? next.mem() : mem(place, slot);
    if (mem == null) {
      return null;
    }
    mem = broadcast ? mem.broadcast() : mem;
    long displacement = (long) place.units * form.displacementUnit(mem, length) + place.bytes;
    if (displacement != (int) displacement) {
      return null;
    }
    return mem.plus((int) displacement).sized(slot.memoryBits(length));
  }

  private @Nullable Mem mem(Place place, Slot slot) {
    Gpr base = place.base < 0 ? null : Gpr.of(place.base);
    Operand index = place.index < 0 ? null : Gpr.of(place.index);
    if (slot.kind() == Slot.Kind.GATHER) {
      int number = memory / 2 + (form.space() == Space.EVEX ? 12 : 0);
      index = new Vec(number % 32, Math.max(128, length / slot.divisor()));
      if (form.space() == Space.VEX && number > 15) {
        return null;
      }
    }
    return new Mem(base, index, place.scale, 0, null, 0, false);
  }

  private @Nullable Operand register(Slot slot, int at) {
    int draw = (round + 1) * PRIMES[at % PRIMES.length] + at;
    return switch (slot.kind()) {
      case GPR -> new Gpr(GENERAL[draw % GENERAL.length], slot.registerBits(length));
      case VEC -> new Vec(vector(draw), slot.registerBits(length));
      case K -> new KReg(draw % 8);
      case CL -> Gpr.RCX.b();
      case ONE -> Imm.imm(1);
      case SIGNED, EITHER -> Imm.imm(signed(slot.bits(), draw));
      case UNSIGNED -> Imm.imm(new int[] {0, 255, 5, 127, 128, 2}[draw % 6]);
      case RELATIVE -> slot.bits() == 8 ? near : far;
      case MEM, GATHER -> null;
    };
  }

  private int vector(int draw) {
    return form.space() == Space.EVEX ? EVEX[draw % EVEX.length] : VEX[draw % VEX.length];
  }

  private static long signed(int bits, int draw) {
    long most = -1L >>> 65 - bits;
    long[] values = {most, -most - 1, most / 2 + 3, -2, 100};
    return values[draw % (bits == 8 ? 5 : 3)];
  }
}
