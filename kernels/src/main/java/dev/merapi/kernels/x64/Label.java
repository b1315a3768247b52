package dev.merapi.kernels.x64;

/// A place in the code or in the constants behind it, known before or after its uses. It belongs to
/// the [Assembler] that made it.
public final class Label implements Operand {
  private static final int NOWHERE = -1;

  private final Assembler owner;
  private final int number;
  private int position = NOWHERE;

  /// @param number for the listing
  Label(Assembler owner, int number) {
    this.owner = owner;
    this.number = number;
  }

  boolean belongsTo(Assembler assembler) {
    return owner == assembler;
  }

  boolean isBound() {
    return position != NOWHERE;
  }

  /// Bytes from the start of the code.
  int position() {
    if (!isBound()) {
      throw new IllegalStateException("label: used and never bound");
    }
    return position;
  }

  void bind(int at) {
    if (isBound()) {
      throw new IllegalStateException("label: bound twice, first=" + position + ", second=" + at);
    }
    position = at;
  }

  /// The memory there.
  public Mem mem() {
    return new Mem(null, null, 1, 0, this, 0, false);
  }

  @Override
  public String toString() {
    return "L" + number;
  }
}
