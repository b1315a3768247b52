package dev.merapi.kernels.bytecode;

import dev.merapi.kernels.ir.Lane;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// Makes the dynamic constants of emitted classes, which the JIT knows as such.
final class VectorConstants {
  private VectorConstants() {}

  /// A shuffle of the species of a lane type and count.
  ///
  /// @param sources a character for each lane: `0` plus the number of the lane that comes there
  static VectorShuffle<?> shuffle(
      MethodHandles.Lookup caller,
      String name,
      Class<?> type,
      String lane,
      int lanes,
      String sources) {
    VectorSpecies<?> species = species(Lane.valueOf(lane), lanes);
    return VectorShuffle.fromArray(species, sources.chars().map(each -> each - '0').toArray(), 0);
  }

  /// A mask of such a species, bit `i` for lane `i`.
  static VectorMask<?> mask(
      MethodHandles.Lookup caller, String name, Class<?> type, String lane, int lanes, long bits) {
    return VectorMask.fromLong(species(Lane.valueOf(lane), lanes), bits);
  }

  private static VectorSpecies<?> species(Lane lane, int lanes) {
    VectorShape shape = VectorShape.forBitSize(lanes * lane.bits());
    return switch (lane) {
      case F32 -> FloatVector.SPECIES_128.withShape(shape);
      case F64 -> DoubleVector.SPECIES_128.withShape(shape);
      case I32 -> IntVector.SPECIES_128.withShape(shape);
      case I64 -> LongVector.SPECIES_128.withShape(shape);
    };
  }
}
