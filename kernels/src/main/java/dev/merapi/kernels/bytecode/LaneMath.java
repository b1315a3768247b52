package dev.merapi.kernels.bytecode;

/// What one lane does where bytecode has no instruction for it. Small enough for every compiler to
/// inline.
final class LaneMath {
  private LaneMath() {}

  static float min(float a, float b) {
    return a < b ? a : b;
  }

  static float max(float a, float b) {
    return a > b ? a : b;
  }

  static double min(double a, double b) {
    return a < b ? a : b;
  }

  static double max(double a, double b) {
    return a > b ? a : b;
  }

  static float sqrt(float a) {
    return (float) Math.sqrt(a); // a double's root rounds to the float's
  }

  static double sqrt(double a) {
    return Math.sqrt(a);
  }

  static float floor(float a) {
    return (float) Math.floor(a);
  }

  static double floor(double a) {
    return Math.floor(a);
  }

  static float ceil(float a) {
    return (float) Math.ceil(a);
  }

  static double ceil(double a) {
    return Math.ceil(a);
  }

  static float round(float a) {
    return (float) Math.rint(a);
  }

  static double round(double a) {
    return Math.rint(a);
  }

  static float trunc(float a) {
    return (float) trunc((double) a);
  }

  static double trunc(double a) {
    return a < 0 ? Math.ceil(a) : Math.floor(a);
  }

  static int andNot(int a, int b) {
    return a & ~b;
  }

  static long andNot(long a, long b) {
    return a & ~b;
  }

  static int not(int a) {
    return ~a;
  }

  static long not(long a) {
    return ~a;
  }

  /// The bits of a mask of the lanes below a limit.
  static long below(long limit, int count) {
    return limit <= 0 ? 0 : limit >= count ? -1L >>> (Long.SIZE - count) : (1L << limit) - 1;
  }

  /// Half a unit less one, and one more if the last bit that stays is odd, carry into it. A NaN
  /// stays one.
  static short toBfloat16(float a) {
    int bits = Float.floatToRawIntBits(a);
    if (Float.isNaN(a)) {
      return (short) (bits >>> Short.SIZE | 0x40);
    }
    return (short) (bits + 0x7fff + (bits >>> Short.SIZE & 1) >>> Short.SIZE);
  }

  static float fromBfloat16(short bits) {
    return Float.intBitsToFloat(bits << Short.SIZE);
  }
}
