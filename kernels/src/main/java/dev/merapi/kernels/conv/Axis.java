package dev.merapi.kernels.conv;

/// One spatial axis of a correlation: output `o` and tap `k` meet the source at place `o * stride +
/// k * dilation` of a line, on which source element `h` lies at `h * insert + pad`. Places with no
/// source element hold zero.
///
/// @param source elements of the source
/// @param output elements of the output
/// @param taps elements of the kernel
/// @param stride places from one output to the next
/// @param dilation places from one tap to the next
/// @param insert places from one source element to the next, 1 if `stride` is not
/// @param pad places before the first source element; negative where elements are cut off
record Axis(int source, int output, int taps, int stride, int dilation, int insert, int pad) {
  /// Places that outputs and taps reach.
  int places() {
    return (output - 1) * stride + (taps - 1) * dilation + 1;
  }

  /// Places of one phase: those with equal `place % stride`.
  int phaseLength() {
    return (places() + stride - 1) / stride;
  }

  /// The phase that a tap reads.
  int phase(int tap) {
    return tap * dilation % stride;
  }

  /// Where in its phase a tap reads for output 0.
  int shift(int tap) {
    return tap * dilation / stride;
  }

  /// Whether each output reads the source at its own index plus the tap's, and nothing is padded.
  boolean isPlain() {
    return pad == 0 && stride == 1 && insert == 1 && places() <= source;
  }

  /// Which elements go where in a phase.
  Run run(int phase) {
    return run(phase, places());
  }

  /// Which elements a tap reads, and for which outputs.
  Run tapRun(int tap) {
    int first = tap * dilation;
    return run(first, first + (output - 1) * stride + 1);
  }

  /// Which elements go where in `first`, `first + stride`, ... below `end`.
  private Run run(int first, int end) {
    // Source h is at place p = h * insert + pad. It is one of them if p = first + t * stride.
    long from = Math.max(0, Math.ceilDiv((long) first - pad, insert));
    from += Math.floorMod((long) first - pad - from, stride); // if there are strides, insert is 1
    long behind = Math.min(source, Math.ceilDiv((long) end - pad, insert));
    int count = (int) Math.max(0, Math.ceilDiv(behind - from, stride));
    int start = (int) Math.min(from, source);
    long place = from * insert + pad - first;
    return new Run(count, start, stride, count == 0 ? 0 : (int) (place / stride), insert);
  }

  /// Which elements of the source are reached at all, as if the stride were 1, and where they go.
  Run whole() {
    int from = Math.max(0, -pad);
    int end = Math.min(source, places() - pad);
    return new Run(Math.max(0, end - from), from, 1, from + pad, 1);
  }

  /// `count` elements from `from`, each `fromStep` after the last, go to `to`, each `toStep` after
  /// the last.
  record Run(int count, int from, int fromStep, int to, int toStep) {}
}
