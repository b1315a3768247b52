package dev.merapi.kernels.x64;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Writes x86-64 code for a processor with some features.
///
/// An instruction is encoded by the first of its forms that takes the operands: by VEX where that
/// can be, by EVEX where registers above 15, 512 bits, masks or broadcasts ask for it.
public final class Assembler {
  /// Instructions that do nothing, of 1 to 9 bytes, as the processors' manuals recommend them.
  private static final String[] NOPS = {
    "90",
    "6690",
    "0f1f00",
    "0f1f4000",
    "0f1f440000",
    "660f1f440000",
    "0f1f8000000000",
    "0f1f840000000000",
    "660f1f840000000000"
  };

  private static final int INT3 = 0xcc;

  private final CodeBuffer code = new CodeBuffer();
  private final Fixups fixups = new Fixups();
  private final ConstantPool constants = new ConstantPool();
  private final int available;
  private final @Nullable Consumer<String> listing;
  private int used = Feature.BASE.mask();
  private int labels;

  /// @param available what the processor has; instructions that need more are refused
  public Assembler(Set<Feature> available) {
    this.available = Feature.mask(available);
    this.listing = null;
  }

  /// @param listing is told each instruction in Intel's syntax, and each label where it is bound,
  ///   after the number of the first byte
  public Assembler(Set<Feature> available, Consumer<String> listing) {
    this.available = Feature.mask(available);
    this.listing = listing;
  }

  /// Writes an instruction. Its destination, if it has one, is the first operand.
  ///
  /// @throws IllegalArgumentException if no form takes these operands on this processor
  public void emit(Instruction instruction, Operand... operands) {
    Masked masked = operands.length > 0 && operands[0] instanceof Masked m ? m : null;
    Operand[] plain = operands;
    if (masked != null) {
      plain = operands.clone();
      plain[0] = masked.destination();
    }
    check(plain);
    Choice choice = Choice.of(instruction, plain, masked, available, code.size());
    used |= choice.features();
    if (listing != null) {
      String text = IntelSyntax.print(instruction, choice, plain, masked);
      listing.accept(code.size() + "\t" + text);
    }
    Encoder.encode(code, fixups, choice, plain, masked);
  }

  /// A place to be bound once, before or after its uses.
  public Label label() {
    return new Label(this, ++labels);
  }

  /// A label of the next instruction.
  public Label here() {
    Label label = label();
    bind(label);
    return label;
  }

  /// Puts a label at the next instruction.
  public void bind(Label label) {
    check(label);
    label.bind(code.size());
    if (listing != null) {
      listing.accept(code.size() + "\t" + label + ":");
    }
  }

  /// Fills up with instructions that do nothing.
  ///
  /// @param bytes the next instruction's place is a multiple of these; at most [Code#ALIGNMENT]
  public void align(int bytes) {
    if (Integer.bitCount(bytes) != 1 || bytes > Code.ALIGNMENT) {
      throw new IllegalArgumentException("alignment: bytes=" + bytes);
    }
    int gap = -code.size() & bytes - 1;
    while (gap > 0) {
      String nop = NOPS[Math.min(gap, NOPS.length) - 1];
      code.put(java.util.HexFormat.of().parseHex(nop));
      gap -= nop.length() / 2;
    }
  }

  /// Bytes written so far.
  public int position() {
    return code.size();
  }

  /// A constant behind the code.
  ///
  /// @param bytes a power of two of them, at most 64, of which it is aligned to a multiple
  public Mem constant(byte[] bytes) {
    return constants.label(bytes, this::label).mem();
  }

  /// A constant of 32-bit lanes behind the code.
  ///
  /// @param lanes a power of two of them, at most 16
  public Mem ints(int... lanes) {
    ByteBuffer bytes = buffer(lanes.length * Integer.BYTES);
    bytes.asIntBuffer().put(lanes);
    return constant(bytes.array());
  }

  /// A constant of 64-bit lanes behind the code.
  ///
  /// @param lanes a power of two of them, at most 8
  public Mem longs(long... lanes) {
    ByteBuffer bytes = buffer(lanes.length * Long.BYTES);
    bytes.asLongBuffer().put(lanes);
    return constant(bytes.array());
  }

  /// A constant of 32-bit floats behind the code, with all their bits.
  ///
  /// @param lanes a power of two of them, at most 16
  public Mem floats(float... lanes) {
    int[] bits = new int[lanes.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(lanes[i]));
    return ints(bits);
  }

  /// A constant of 64-bit floats behind the code, with all their bits.
  ///
  /// @param lanes a power of two of them, at most 8
  public Mem doubles(double... lanes) {
    return longs(Arrays.stream(lanes).mapToLong(Double::doubleToRawLongBits).toArray());
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// The code with its constants. Call it once, at the end.
  ///
  /// @throws IllegalStateException if a label was used and never bound
  public Code finish() {
    int instructions = code.size();
    if (!constants.isEmpty()) {
      while (code.size() % Code.ALIGNMENT != 0) {
        code.put8(INT3);
      }
      constants.write(code);
    }
    fixups.resolve(code);
    return new Code(code.toBytes(), instructions, used);
  }

  private void check(Operand... operands) {
    for (Operand operand : operands) {
      Label label =
          operand instanceof Mem mem ? mem.label() : operand instanceof Label l ? l : null;
      if (label != null && !label.belongsTo(this)) {
        throw new IllegalArgumentException("label: of another assembler");
      }
    }
  }
}
