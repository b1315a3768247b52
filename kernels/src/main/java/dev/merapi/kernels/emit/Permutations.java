package dev.merapi.kernels.emit;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// Constants that emitted code refers to by name: exchanges of neighbouring groups of lanes, the
/// masks of every other group, and the sorting of lanes into even and odd ones.
///
/// `SWAP_<distance>_<lanes>` brings to lane `i` the lane `i ^ distance`. `UPPER_<distance>_<lanes>`
/// selects the lanes whose number has the bit `distance`. `UNZIP_<lanes>` brings the even lanes to
/// the front and the odd ones behind them; `ZIP_<lanes>` brings them back.
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

  public static final VectorShuffle<Float> UNZIP_4 = unzip(FloatVector.SPECIES_128);
  public static final VectorShuffle<Float> UNZIP_8 = unzip(FloatVector.SPECIES_256);
  public static final VectorShuffle<Float> UNZIP_16 = unzip(FloatVector.SPECIES_512);
  public static final VectorShuffle<Float> ZIP_4 = zip(FloatVector.SPECIES_128);
  public static final VectorShuffle<Float> ZIP_8 = zip(FloatVector.SPECIES_256);
  public static final VectorShuffle<Float> ZIP_16 = zip(FloatVector.SPECIES_512);

  private Permutations() {}

  private static VectorShuffle<Float> unzip(VectorSpecies<Float> species) {
    int half = species.length() / 2;
    return VectorShuffle.fromOp(species, lane -> 2 * (lane % half) + lane / half);
  }

  private static VectorShuffle<Float> zip(VectorSpecies<Float> species) {
    int half = species.length() / 2;
    return VectorShuffle.fromOp(species, lane -> lane / 2 + lane % 2 * half);
  }

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
