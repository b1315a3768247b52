package dev.merapi.bench.fresh;

import static dev.merapi.nn.Activations.gelu;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.layerNorm;

import dev.merapi.Tensor;
import dev.merapi.nn.Module;
import dev.merapi.nn.Sequential;
import java.util.stream.IntStream;

/// Self-attention and two dense layers, each behind a norm and beside a skip: Vaswani et al.,
/// *Attention Is All You Need* (2017), pre-norm.
public final class EncoderLayer extends Module {
  private final Module norm1;
  private final Module query;
  private final Module key;
  private final Module value;
  private final Module output;
  private final Module dense;
  private final long heads;

  private EncoderLayer(long width, long heads) {
    this.heads = heads;
    norm1 = child("norm1", layerNorm(width));
    query = child("query", dense(width, width));
    key = child("key", dense(width, width));
    value = child("value", dense(width, width));
    output = child("output", dense(width, width));
    dense =
        child(
            "dense",
            Sequential.of(
                layerNorm(width), dense(width, 4 * width), gelu(), dense(4 * width, width)));
  }

  /// Several layers.
  public static Module stack(int layers, long width, long heads) {
    return Sequential.of(
        IntStream.range(0, layers)
            .mapToObj(_ -> new EncoderLayer(width, heads))
            .toArray(Module[]::new));
  }

  @Override
  protected Tensor forward(Tensor x) {
    Tensor y = x.plus(attention(norm1.apply(x)));
    return y.plus(dense.apply(y));
  }

  private Tensor attention(Tensor x) {
    long width = x.size(2).value();
    Tensor scores = divided(query.apply(x)).matmul(divided(key.apply(x)).transpose(2, 3));
    Tensor weights = scores.over(Math.sqrt((double) width / heads)).softmax(3);
    Tensor mixed = weights.matmul(divided(value.apply(x))).transpose(1, 2);
    return output.apply(mixed.reshape(x.size(0), x.size(1), width));
  }

  /// `[batch, tokens, width]` as `[batch, heads, tokens, width / heads]`.
  private Tensor divided(Tensor x) {
    long each = x.size(2).value() / heads;
    return x.reshape(x.size(0), x.size(1), heads, each).transpose(1, 2);
  }
}
