package dev.merapi.kernels.jit;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/// Fused multiply-adds of floats on machines that have no instruction for them, such as the default
/// processors of QEMU and VirtualBox: there `Math.fma` computes in `BigDecimal`, hundreds of times
/// slower.
public final class Fma {
  private static final boolean IN_HARDWARE = isInHardware();

  private Fma() {}

  /// Why vectors are not worth it here, or empty if the machine has the instruction.
  public static Optional<String> missing() {
    return IN_HARDWARE
        ? Optional.empty()
        : Optional.of(
            "the processor has no fused multiply-add, or the JVM runs with -XX:-UseFMA: everything"
                + " is many times slower; in a virtual machine, let it have the host's processor"
                + " (QEMU: -cpu host)");
  }

  /// `a * b + c`, rounded once: the bits of `Math.fma`.
  public static float fma(float a, float b, float c) {
    return IN_HARDWARE ? Math.fma(a, b, c) : inDouble(a, b, c);
  }

  /// The same without the instruction.
  ///
  /// A product of floats is exact in double. The sum's rounding error is computed (Knuth's TwoSum);
  /// where there is one, the sum is rounded to odd instead, after which rounding to float gives
  /// what one rounding gives (Boldo and Melquiond).
  static float inDouble(float a, float b, float c) {
    double product = (double) a * b;
    double sum = product + c;
    double added = sum - product;
    double error = (product - (sum - added)) + (c - added);
    if (error > 0 || error < 0) { // not NaN, which infinities leave
      long bits = Double.doubleToRawLongBits(sum);
      if ((bits & 1) == 0) {
        sum = Double.longBitsToDouble(error > 0 == sum > 0 ? bits + 1 : bits - 1);
      }
    }
    return (float) sum;
  }

  private static boolean isInHardware() {
    try {
      var hotSpot = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      return hotSpot == null || Boolean.parseBoolean(hotSpot.getVMOption("UseFMA").getValue());
    } catch (LinkageError | IllegalArgumentException _) {
      return true; // another JVM, or without the module: nobody says
    }
  }
}
