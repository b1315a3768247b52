package dev.merapi.kernels.conv;

/// Where a weight of the bank that a [Correlation] uses lies in `w[O,C/groups,KH,KW]`.
enum KernelOrder {
  /// As it is.
  FORWARD,
  /// Channels exchanged, and each kernel turned by half a turn.
  DATA;

  /// Floats from the start of `w` to the weight of an output channel and a step, both of one group.
  long index(Correlation problem, int group, int output, int step) {
    int taps = problem.rows().taps() * problem.columns().taps();
    return switch (this) {
      case FORWARD -> {
        long row = (long) group * problem.outputs() + output;
        yield row * problem.steps() + step;
      }
      case DATA -> {
        int channel = step / taps;
        int tap = step % taps;
        long row = (long) group * problem.inputs() + channel;
        yield (row * problem.outputs() + output) * taps + taps - 1 - tap;
      }
    };
  }
}
