package dev.merapi.kernels.conv;

/// Where the weights of the bank that a [Correlation] uses lie in `w[O,C/groups,KH,KW]`.
enum KernelOrder {
  /// As they are.
  FORWARD,
  /// Channels exchanged, and each kernel turned by half a turn.
  DATA;

  /// Floats from the start of `w` to an output channel's first weight.
  long first(Correlation problem, int group, int output) {
    long taps = problem.taps();
    return switch (this) {
      case FORWARD -> ((long) group * problem.outputs() + output) * problem.steps();
      case DATA -> {
        long row = (long) group * problem.inputs() * problem.outputs() + output;
        yield row * taps + taps - 1;
      }
    };
  }

  /// Floats from an output channel's first weight to the next one's.
  long outputStep(Correlation problem) {
    return first(problem, 0, 1) - first(problem, 0, 0);
  }

  /// Floats from one channel to the next.
  long channelStep(Correlation problem) {
    return switch (this) {
      case FORWARD -> problem.taps();
      case DATA -> (long) problem.outputs() * problem.taps();
    };
  }

  /// Floats from one tap to the next.
  int tapStep() {
    return switch (this) {
      case FORWARD -> 1;
      case DATA -> -1;
    };
  }
}
