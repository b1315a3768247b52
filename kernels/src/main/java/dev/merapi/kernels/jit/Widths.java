package dev.merapi.kernels.jit;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// Shows the Vector API's own call sites two widths that no kernel has, before any kernel runs.
///
/// The profile of such a site is shared by all kernels. It remembers the first two classes it sees,
/// and the others as a number only. Where it remembers one, C2 takes that for certain, however many
/// others came; where one has nine tenths of the calls, C2 inlines it and leaves a call for the
/// rest. Both are well as long as all sites on the way of a vector say the same. Where one site
/// guesses and the next does not, a vector that goes around a loop becomes an object in each turn.
/// Which sites had seen what depended on the kernels before and on the moment C1 came, so that a
/// kernel was compiled well in one JVM and badly in the next. With two classes remembered that are
/// rare, no site guesses: C2 waits until it knows the class from the kernel itself.
///
/// Every method of the Vector API that kernels call is called here.
final class Widths {
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  /// Calls of methods that cannot be overridden are profiled by C1's code alone, so this goes on
  /// until that has come, which shows in the time, and for some thousand calls more. Where it has
  /// been there from the beginning, nothing shows, and the number of calls ends it.
  private static final int COMPILED_GAIN = 3;

  private static final int COMPILED_BURSTS = 20;
  private static final int MOST_BURSTS = 200;
  private static final int CALLS_IN_A_BURST = 50;
  private static final int PAUSE_MILLIS = 1;
  private static final long MOST_NANOS = 3_000_000_000L;

  static {
    spread();
  }

  private Widths() {}

  /// Returns when it has been done once.
  static void areSpread() {}

  /// Does it, also where kernels have run before. Not by two threads at a time. A thread that is
  /// interrupted does it all the same, and stays interrupted.
  static synchronized void spread() {
    boolean interrupted = Thread.interrupted();
    try (Arena arena = Arena.ofConfined()) {
      long bytes = FloatVector.SPECIES_MAX.vectorByteSize();
      interrupted |= show(Memory.ALL.asSlice(arena.allocate(bytes, 64).address(), bytes));
      // A kernel that comes while C2 is busy with this is compiled without profiles first.
      CompilerQueue.awaitEmpty();
    } catch (InterruptedException _) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// @return whether the thread was interrupted meanwhile
  private static boolean show(MemorySegment memory) {
    boolean interrupted = false;
    long end = System.nanoTime() + MOST_NANOS;
    long slowest = 0;
    int compiled = 0;
    for (int i = 0; i < MOST_BURSTS && compiled < COMPILED_BURSTS; i++) {
      if (System.nanoTime() > end) {
        break;
      }
      long nanos = burst(memory);
      slowest = Math.max(slowest, nanos);
      compiled += nanos * COMPILED_GAIN <= slowest ? 1 : 0;
      interrupted |= isInterruptedInPause();
    }
    return interrupted;
  }

  private static long burst(MemorySegment memory) {
    long start = System.nanoTime();
    for (int i = 0; i < CALLS_IN_A_BURST; i++) {
      use(FloatVector.SPECIES_64, IntVector.SPECIES_64, memory);
      use(FloatVector.SPECIES_MAX, IntVector.SPECIES_MAX, memory);
      useDoubles(FloatVector.SPECIES_64, DoubleVector.SPECIES_64, memory);
      useDoubles(FloatVector.SPECIES_MAX, DoubleVector.SPECIES_MAX, memory);
      usePairs(LongVector.SPECIES_64, memory);
      usePairs(LongVector.SPECIES_MAX, memory);
    }
    return System.nanoTime() - start;
  }

  private static boolean isInterruptedInPause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
      return false;
    } catch (InterruptedException _) {
      return true;
    }
  }

  private static void use(
      VectorSpecies<Float> floats, VectorSpecies<Integer> ints, MemorySegment memory) {
    VectorMask<Float> mask = floats.indexInRange(0, floats.length() - 1);
    VectorMask<Float> fromFloats = useFloats(floats, mask, memory);
    VectorMask<Float> fromInts = useInts(ints, mask.cast(ints), memory).cast(floats);
    VectorMask<Float> all = fromFloats.and(fromInts).or(mask).xor(fromInts.not()).andNot(mask);
    convert(ints, memory).blend(1, all).intoMemorySegment(memory, 0, ORDER);
    memory.set(ValueLayout.JAVA_BOOLEAN, 0, all.laneIsSet(0));
  }

  private static VectorMask<Float> useFloats(
      VectorSpecies<Float> species, VectorMask<Float> mask, MemorySegment memory) {
    VectorShuffle<Float> shuffle = VectorShuffle.iota(species, 0, 1, true);
    FloatVector whole = FloatVector.fromMemorySegment(species, memory, 0, ORDER);
    FloatVector part = FloatVector.fromMemorySegment(species, memory, 0, ORDER, mask);
    FloatVector zero = FloatVector.zero(species);
    FloatVector half = FloatVector.broadcast(species, 0.5f);
    FloatVector sum = whole.fma(half, part).add(zero).sub(part).mul(half).div(half);
    FloatVector root = sum.neg().abs().sqrt().lanewise(VectorOperators.SQRT);
    FloatVector same = (FloatVector) root.blend(zero, mask).reinterpretShape(species, 0);
    FloatVector result = same.rearrange(shuffle);
    result.intoMemorySegment(memory, 0, ORDER);
    half.intoMemorySegment(memory, 0, ORDER, mask);
    VectorMask<Float> isZero = result.compare(VectorOperators.NE, result.lane(0));
    return isZero.and(result.compare(VectorOperators.LE, half));
  }

  private static VectorMask<Integer> useInts(
      VectorSpecies<Integer> species, VectorMask<Integer> mask, MemorySegment memory) {
    IntVector whole = IntVector.fromMemorySegment(species, memory, 0, ORDER);
    IntVector part = IntVector.fromMemorySegment(species, memory, 0, ORDER, mask);
    IntVector numbers = IntVector.zero(species).addIndex(1);
    IntVector one = IntVector.broadcast(species, 1);
    IntVector sum = whole.add(numbers).sub(part).mul(one).neg().abs().not();
    IntVector bits = sum.lanewise(VectorOperators.LSHL, 3).lanewise(VectorOperators.AND, numbers);
    VectorShuffle<Integer> shuffle = VectorShuffle.iota(species, 0, 1, true);
    IntVector extreme = bits.lanewise(VectorOperators.LSHR, one).max(one).min(whole);
    IntVector moved = extreme.blend(one, mask).rearrange(shuffle);
    IntVector result = (IntVector) moved.reinterpretShape(species, 0);
    result.intoMemorySegment(memory, 0, ORDER);
    one.intoMemorySegment(memory, 0, ORDER, mask);
    VectorMask<Integer> isSame = result.compare(VectorOperators.NE, result.lane(0));
    return isSame.or(result.compare(VectorOperators.LT, one));
  }

  private static FloatVector convert(VectorSpecies<Integer> species, MemorySegment memory) {
    IntVector ints = IntVector.fromMemorySegment(species, memory, 0, ORDER);
    FloatVector floats = (FloatVector) ints.convert(VectorOperators.I2F, 0);
    IntVector whole = (IntVector) floats.convert(VectorOperators.F2I, 0);
    VectorSpecies<Float> others = floats.species();
    FloatVector again = (FloatVector) whole.convertShape(VectorOperators.I2F, others, 0);
    IntVector back = (IntVector) again.convertShape(VectorOperators.F2I, species, 0);
    return back.reinterpretAsFloats().reinterpretAsInts().reinterpretAsFloats();
  }

  /// What long sums do.
  private static void useDoubles(
      VectorSpecies<Float> floats, VectorSpecies<Double> doubles, MemorySegment memory) {
    FloatVector chain = FloatVector.fromMemorySegment(floats, memory, 0, ORDER);
    DoubleVector wide = (DoubleVector) chain.convertShape(VectorOperators.F2D, doubles, 0);
    DoubleVector sum = wide.add(DoubleVector.zero(doubles)).add(DoubleVector.broadcast(doubles, 1));
    DoubleVector same = (DoubleVector) sum.reinterpretShape(doubles, 0);
    FloatVector back = (FloatVector) same.convertShape(VectorOperators.D2F, floats, 0);
    back.intoMemorySegment(memory, 0, ORDER);
    memory.set(ValueLayout.JAVA_DOUBLE, 0, same.lane(0));
  }

  /// What accesses of two elements do.
  private static void usePairs(VectorSpecies<Long> species, MemorySegment memory) {
    LongVector pairs = LongVector.broadcast(species, memory.get(ValueLayout.JAVA_LONG, 0));
    LongVector floats = pairs.reinterpretAsFloats().reinterpretAsLongs();
    LongVector ints = pairs.reinterpretAsInts().reinterpretAsLongs();
    memory.set(ValueLayout.JAVA_LONG, 0, floats.lane(0) ^ ints.lane(0));
  }
}
