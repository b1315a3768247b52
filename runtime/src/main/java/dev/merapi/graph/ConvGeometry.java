package dev.merapi.graph;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Everything that fixes a convolution but the batch: channels, groups, spatial sizes and window.
///
/// @param inChannels channels of `x`, a multiple of `groups`
/// @param outChannels channels of `y`, a multiple of `groups`
/// @param spatial the spatial sizes of `x`
public record ConvGeometry(
    long inChannels, long outChannels, long groups, List<Dim> spatial, WindowGeometry window) {
  public ConvGeometry {
    spatial = List.copyOf(spatial);
    boolean fits =
        groups >= 1
            && inChannels >= 1
            && outChannels >= 1
            && inChannels % groups == 0
            && outChannels % groups == 0
            && spatial.size() == window.rank();
    if (!fits) {
      throw MerapiException.of(Kind.SHAPE, "conv: geometry does not fit")
          .with("inChannels", inChannels)
          .with("outChannels", outChannels)
          .with("groups", groups)
          .with("spatial", spatial)
          .with("kernel", window.kernel())
          .hint("both channel counts must be multiples of the groups");
    }
  }

  /// The type of `x`.
  public TensorType input(Dim batch) {
    return type(batch, Dim.of(inChannels), spatial);
  }

  /// The type of `w`.
  public TensorType filter() {
    var kernel = window.kernel().stream().map(Dim::of).toList();
    return type(Dim.of(outChannels), Dim.of(inChannels / groups), kernel);
  }

  /// The type of `y`.
  public TensorType output(Dim batch) {
    return type(batch, Dim.of(outChannels), window.positions(spatial));
  }

  private static TensorType type(Dim first, Dim second, List<Dim> rest) {
    var dims = new ArrayList<Dim>(List.of(first, second));
    dims.addAll(rest);
    return new TensorType(DType.F32, new Shape(dims));
  }

  /// This geometry with symbolic spatial sizes replaced by numbers.
  public ConvGeometry bind(Map<String, Long> sizes) {
    var bound = spatial.stream().map(dim -> dim.bind(sizes)).toList();
    return new ConvGeometry(inChannels, outChannels, groups, bound, window);
  }
}
