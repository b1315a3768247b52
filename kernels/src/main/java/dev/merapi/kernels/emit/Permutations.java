package dev.merapi.kernels.emit;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// Constants that emitted code refers to by name: exchanges of neighbouring groups of lanes, and
/// the masks of every other group.
///
/// `SWAP_<distance>_<lanes>` brings to lane `i` the lane `i ^ distance`. `UPPER_<distance>_<lanes>`
/// selects the lanes whose number has the bit `distance`.
public final class Permutations {
  public static final VectorShuffle<Float> SWAP_1_4 = swap(FloatVector.SPECIES_128, 1);
  public static final VectorShuffle<Float> SWAP_2_4 = swap(FloatVector.SPECIES_128, 2);
  public static final VectorShuffle<Float> SWAP_1_8 = swap(FloatVector.SPECIES_256, 1);
  public static final VectorShuffle<Float> SWAP_2_8 = swap(FloatVector.SPECIES_256, 2);
  public static final VectorShuffle<Float> SWAP_4_8 = swap(FloatVector.SPECIES_256, 4);
  public static final VectorShuffle<Float> SWAP_1_16 = swap(FloatVector.SPECIES_512, 1);
  public static final VectorShuffle<Float> SWAP_2_16 = swap(FloatVector.SPECIES_512, 2);
  public static final VectorShuffle<Float> SWAP_4_16 = swap(FloatVector.SPECIES_512, 4);
  public static final VectorShuffle<Float> SWAP_8_16 = swap(FloatVector.SPECIES_512, 8);

  public static final VectorMask<Float> UPPER_1_4 = upper(FloatVector.SPECIES_128, 1);
  public static final VectorMask<Float> UPPER_2_4 = upper(FloatVector.SPECIES_128, 2);
  public static final VectorMask<Float> UPPER_1_8 = upper(FloatVector.SPECIES_256, 1);
  public static final VectorMask<Float> UPPER_2_8 = upper(FloatVector.SPECIES_256, 2);
  public static final VectorMask<Float> UPPER_4_8 = upper(FloatVector.SPECIES_256, 4);
  public static final VectorMask<Float> UPPER_1_16 = upper(FloatVector.SPECIES_512, 1);
  public static final VectorMask<Float> UPPER_2_16 = upper(FloatVector.SPECIES_512, 2);
  public static final VectorMask<Float> UPPER_4_16 = upper(FloatVector.SPECIES_512, 4);
  public static final VectorMask<Float> UPPER_8_16 = upper(FloatVector.SPECIES_512, 8);

  private Permutations() {}

  private static VectorShuffle<Float> swap(VectorSpecies<Float> species, int distance) {
    return VectorShuffle.fromOp(species, lane -> lane ^ distance);
  }

  private static VectorMask<Float> upper(VectorSpecies<Float> species, int distance) {
    long lanes = 0;
    for (int i = 0; i < species.length(); i++) {
      lanes |= (i & distance) == 0 ? 0 : 1L << i;
    }
    return VectorMask.fromLong(species, lanes);
  }
}
