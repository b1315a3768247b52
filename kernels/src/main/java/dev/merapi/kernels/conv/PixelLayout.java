package dev.merapi.kernels.conv;

/// What lies side by side at a pixel of the images that FILTER reads, so that vectors hold several
/// columns of its product.
///
/// @param forward the convolution
/// @param pixel what a pixel holds
record PixelLayout(Correlation forward, Pixel pixel) {
  /// The most floats of a pixel that is worth gathering.
  private static final int DEEPEST = 64;

  /// What a pixel holds.
  enum Pixel {
    /// Its channels.
    CHANNELS,
    /// For each channel the stretch under one column of the kernel, for the output row that the
    /// line belongs to. With few channels this fills vectors that [#CHANNELS] would leave half
    /// empty.
    STRETCHES
  }

  /// The layout with clearly fewer vectors.
  static PixelLayout choose(Correlation forward, int lanes) {
    PixelLayout channels = new PixelLayout(forward, Pixel.CHANNELS);
    PixelLayout stretches = new PixelLayout(forward, Pixel.STRETCHES);
    int fewer = new FilterColumns(stretches, lanes).vectors();
    int more = new FilterColumns(channels, lanes).vectors();
    boolean gathers = stretches.depth() <= DEEPEST && 4 * fewer <= 3 * more;
    return gathers ? stretches : channels;
  }

  /// Floats of a pixel.
  int depth() {
    return switch (pixel) {
      case CHANNELS -> forward.inputs();
      case STRETCHES -> forward.inputs() * forward.rows().taps();
    };
  }

  /// Lines of an image.
  int lines() {
    return switch (pixel) {
      case CHANNELS -> forward.rows().places();
      case STRETCHES -> forward.rows().output();
    };
  }

  /// Lines from one output row to the next.
  int lineStep() {
    return switch (pixel) {
      case CHANNELS -> forward.rows().stride();
      case STRETCHES -> 1;
    };
  }

  /// Pixels of a line.
  int lineLength() {
    return forward.columns().places();
  }

  /// Floats of an image.
  long imageLength() {
    return (long) lines() * lineLength() * depth();
  }
}
