package dev.merapi.kernels.conv;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;

/// Writes the routine that clears memory, `(address, bytes)`, a multiple of 4 bytes.
public final class ZerosRoutine {
  private ZerosRoutine() {}

  public static Routine of(int lanes) {
    RoutineBuilder b = new RoutineBuilder("zeros" + lanes);
    Ptr address = b.pointer("address");
    Int bytes = b.integer("bytes");
    b.lanes(
        bytes.ushr(2),
        lanes,
        (i, mask) -> address.at(i, Integer.BYTES).store(MemoryType.I32, b.i32(lanes, 0), mask));
    return b.build();
  }
}
