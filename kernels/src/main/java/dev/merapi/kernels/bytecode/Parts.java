package dev.merapi.kernels.bytecode;

import dev.merapi.kernels.ir.Block;
import dev.merapi.kernels.ir.Instruction;
import java.util.ArrayList;
import java.util.List;

/// Cuts blocks into parts for methods of their own.
///
/// @param most bytes of code of a part, about
record Parts(Schedule schedule, int most) {
  /// Bytes of code of an instruction, about, and of what surrounds it.
  private static final int INSTRUCTION = 60;

  /// Bytes that move a value.
  private static final int MOVE = 30;

  /// Whether a piece fits a part.
  boolean fits(Piece piece) {
    return bytes(piece) <= most;
  }

  /// Neighbouring pieces that fit a part together; one that is too large stands alone.
  List<List<Piece>> of(Block block) {
    List<List<Piece>> parts = new ArrayList<>();
    int size = most + 1;
    for (Piece piece : schedule.of(block)) {
      int bytes = bytes(piece);
      if (size + bytes > most) {
        parts.add(new ArrayList<>());
        size = 0;
      }
      parts.getLast().add(piece);
      size += bytes;
    }
    return parts;
  }

  private int bytes(Block block) {
    return MOVE * block.yields().size()
        + schedule.of(block).stream().mapToInt(this::bytes).reduce(0, Parts::sum);
  }

  private int bytes(Piece piece) {
    int bytes = INSTRUCTION;
    for (Instruction each : piece.instructions()) {
      bytes = sum(bytes, INSTRUCTION + MOVE * each.operands().size());
      for (Block block : each.blocks()) {
        bytes = sum(bytes, bytes(block));
      }
    }
    return bytes;
  }

  private static int sum(int a, int b) {
    return (int) Math.min(Integer.MAX_VALUE / 2, (long) a + b);
  }
}
