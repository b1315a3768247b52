package dev.merapi.kernels.conv;

import dev.merapi.graph.ConvGeometry;
import dev.merapi.graph.Dim;
import dev.merapi.graph.WindowGeometry;
import dev.merapi.kernels.product.Definition;
import java.util.ArrayList;
import java.util.List;

/// Geometries that touch every path: each differs from its neighbours in what is awkward about it.
record ConvCase(String name, ConvGeometry geometry) {
  /// All cases, cheapest first within a kind.
  static List<ConvCase> all() {
    List<ConvCase> cases = new ArrayList<>();
    cases.add(of("one pixel, one channel", 1, 1, 1, image(1, 1), square(1, 1, 0, 1)));
    cases.add(of("window as large as the image", 3, 4, 1, image(5, 5), square(5, 1, 0, 1)));
    cases.add(of("LeNet's first layer", 1, 6, 1, image(28, 28), square(5, 1, 0, 1)));
    cases.add(of("LeNet's second layer", 6, 16, 1, image(12, 12), square(5, 1, 0, 1)));
    cases.add(of("padded, primes", 3, 5, 1, image(7, 11), square(3, 1, 1, 1)));
    cases.add(of("padded beyond the kernel", 2, 2, 1, image(4, 4), square(3, 1, 3, 1)));
    cases.add(of("pointwise, in place", 7, 13, 1, image(9, 8), square(1, 1, 0, 1)));
    cases.add(of("without padding, in place", 5, 9, 1, image(13, 17), square(3, 1, 0, 1)));
    int channels = Definition.BLOCK / 9 + 4;
    cases.add(of("two blocks of k", channels, 9, 1, image(6, 7), square(3, 1, 1, 1)));
    int height = Definition.BLOCK / 31 + 3;
    cases.add(of("two blocks of positions", 1, 3, 1, image(height, 31), square(3, 1, 1, 1)));
    cases.add(of("groups", 4, 6, 2, image(8, 9), square(3, 1, 1, 1)));
    cases.add(of("depthwise", 5, 5, 5, image(6, 7), square(3, 1, 1, 1)));
    cases.add(of("dilated", 2, 3, 1, image(10, 11), square(3, 1, 2, 2)));
    cases.add(of("strided", 3, 4, 1, image(9, 10), square(3, 2, 1, 1)));
    cases.add(of("stride beyond the kernel", 2, 2, 1, image(10, 10), square(1, 3, 0, 1)));
    cases.add(of("strided and dilated", 3, 2, 1, image(9, 9), square(3, 2, 2, 2)));
    cases.add(of("no source pixel in the image", 2, 3, 1, image(0, 3), square(3, 1, 2, 1)));
    cases.add(of("lopsided", 2, 3, 1, image(8, 6), lopsided()));
    cases.add(of("one axis", 3, 5, 1, List.of(Dim.of(23)), line()));
    return cases;
  }

  private static ConvCase of(
      String name,
      long channels,
      long outputs,
      long groups,
      List<Dim> spatial,
      WindowGeometry window) {
    return new ConvCase(name, new ConvGeometry(channels, outputs, groups, spatial, window));
  }

  private static List<Dim> image(long height, long width) {
    return List.of(Dim.of(height), Dim.of(width));
  }

  private static WindowGeometry square(long kernel, long stride, long padding, long dilation) {
    return new WindowGeometry(
        List.of(kernel, kernel),
        List.of(stride, stride),
        List.of(padding, padding),
        List.of(padding, padding),
        List.of(dilation, dilation));
  }

  /// Nothing is the same along both axes or at both ends.
  private static WindowGeometry lopsided() {
    return new WindowGeometry(
        List.of(3L, 2L), List.of(1L, 2L), List.of(2L, 0L), List.of(0L, 1L), List.of(3L, 1L));
  }

  private static WindowGeometry line() {
    return new WindowGeometry(List.of(4L), List.of(1L), List.of(2L), List.of(1L), List.of(1L));
  }

  @Override
  public String toString() {
    return name;
  }
}
