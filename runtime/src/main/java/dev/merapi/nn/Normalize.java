package dev.merapi.nn;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.graph.Dim;
import dev.merapi.graph.Shape;
import java.util.Arrays;
import java.util.List;

/// `(x - mean) / deviation` with numbers that are known before, such as those of the pixels of a
/// set of images. As the first layer it lets a model take images as they are, from 0 to 1.
///
/// Either one mean and deviation for all elements, or one for each channel of `f32[N, C, ...]`.
/// They are constants of the graph, not parameters.
public final class Normalize extends Module {
  private final double[] means;
  private final double[] deviations;

  private Normalize(double[] means, double[] deviations) {
    if (means.length == 0 || means.length != deviations.length) {
      throw refused("as many means as deviations, and at least one", means, deviations);
    }
    // As f32s, which the graph has.
    if (!Arrays.stream(means).allMatch(each -> Float.isFinite((float) each))
        || !Arrays.stream(deviations)
            .allMatch(each -> (float) each > 0 && Float.isFinite((float) each))) {
      throw refused("finite means and positive deviations", means, deviations);
    }
    this.means = means.clone();
    this.deviations = deviations.clone();
  }

  private static MerapiException refused(String wanted, double[] means, double[] deviations) {
    return MerapiException.of(Kind.ARGUMENT, "normalize: wants " + wanted)
        .with("means", Arrays.toString(means))
        .with("deviations", Arrays.toString(deviations));
  }

  /// The same for all elements.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if the mean is not finite or the deviation not
  ///   positive
  public static Normalize of(double mean, double deviation) {
    return new Normalize(new double[] {mean}, new double[] {deviation});
  }

  /// One mean and one deviation for each channel; with one channel, the same for all elements.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if there are none, or not as many of both, if a
  ///   mean is not finite, or a deviation not positive
  public static Normalize of(double[] means, double[] deviations) {
    return new Normalize(means, deviations);
  }

  @Override
  protected String settings() {
    return Arrays.toString(means) + ", " + Arrays.toString(deviations);
  }

  @Override
  protected Tensor forward(Tensor x) {
    if (means.length == 1) {
      return x.minus(means[0]).over(deviations[0]);
    }
    if (x.rank() < 2 || !x.size(1).equals(Dim.of(means.length))) {
      throw MerapiException.of(Kind.SHAPE, "normalize: axis 1 must have the layer's channels")
          .with("operand", x.type())
          .with("channels", means.length);
    }
    return x.minus(channels(x, means)).over(channels(x, deviations));
  }

  private static Tensor channels(Tensor x, double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return Spread.over(x, Tensor.of(Shape.of(floats.length), floats), List.of(1));
  }
}
