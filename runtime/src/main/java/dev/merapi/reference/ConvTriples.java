package dev.merapi.reference;

import dev.merapi.graph.ConvGeometry;
import dev.merapi.graph.Dim;

/// All products of a convolution: which elements of `x`, `w` and `y` belong together.
final class ConvTriples {
  /// What is done with one product.
  @FunctionalInterface
  interface Visitor {
    /// @param x the row-major place in `x`, or [Windows#OUTSIDE] for padding
    /// @param w the row-major place in `w`
    /// @param y the row-major place in `y`
    void visit(int x, int w, int y);
  }

  private final Windows windows;
  private final int batch;
  private final int inChannels;
  private final int outChannels;
  private final int groups;

  ConvTriples(ConvGeometry geometry, int batch) {
    windows = new Windows(geometry.window(), Indices.sizes(geometry.input(Dim.of(batch)).shape()));
    this.batch = batch;
    inChannels = Math.toIntExact(geometry.inChannels());
    outChannels = Math.toIntExact(geometry.outChannels());
    groups = Math.toIntExact(geometry.groups());
  }

  /// Visits the products, those of one element of `y` in the order input channel, tap.
  void forEach(Visitor visitor) {
    int depth = inChannels / groups;
    for (int n = 0; n < batch; n++) {
      for (int o = 0; o < outChannels; o++) {
        int firstInput = o / (outChannels / groups) * depth;
        for (int position = 0; position < windows.positions(); position++) {
          int y = (n * outChannels + o) * windows.positions() + position;
          for (int i = 0; i < depth; i++) {
            int plane = (n * inChannels + firstInput + i) * windows.plane();
            visitTaps(visitor, position, plane, (o * depth + i) * windows.taps(), y);
          }
        }
      }
    }
  }

  private void visitTaps(Visitor visitor, int position, int plane, int filter, int y) {
    for (int tap = 0; tap < windows.taps(); tap++) {
      int place = windows.place(position, tap);
      visitor.visit(place == Windows.OUTSIDE ? place : plane + place, filter + tap, y);
    }
  }
}
