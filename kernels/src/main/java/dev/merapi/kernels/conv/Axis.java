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
    // Source h is at place p = h * insert + pad. It belongs to the phase if p = t * stride + phase.
    int from = 0;
    while (from < source && !belongs(from, phase)) {
      from++;
    }
    int step = stride;
    int count = 0;
    while (from + count * step < source && belongs(from + count * step, phase)) {
      count++;
    }
    int place = from * insert + pad - phase;
    return new Run(count, from, step, count == 0 ? 0 : place / stride, insert);
  }

  /// Which elements of the source are reached at all, as if the stride were 1, and where they go.
  Run whole() {
    int from = Math.max(0, -pad);
    int end = Math.min(source, places() - pad);
    return new Run(Math.max(0, end - from), from, 1, from + pad, 1);
  }

  private boolean belongs(int h, int phase) {
    int place = h * insert + pad;
    return place >= 0 && place < places() && place % stride == phase;
  }

  /// `count` elements from `from`, each `fromStep` after the last, go to `to`, each `toStep` after
  /// the last.
  record Run(int count, int from, int fromStep, int to, int toStep) {}
}
