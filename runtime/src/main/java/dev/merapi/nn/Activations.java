package dev.merapi.nn;

import dev.merapi.Tensor;
import dev.merapi.ops.Elementwise;
import dev.merapi.ops.ScalarFamilies;

/// Activations, for static import: without an argument a layer, with a tensor the function.
///
/// The functions, their special values and their derivatives are those of [Elementwise].
public final class Activations {
  private Activations() {}

  private static Module layer(Elementwise function) {
    return new Lambda(function.label(), x -> x.map(function));
  }

  /// `max(x, 0)`; NaN stays.
  public static Module relu() {
    return layer(Elementwise.RELU);
  }

  /// `max(x, 0)`; NaN stays.
  public static Tensor relu(Tensor x) {
    return x.map(Elementwise.RELU);
  }

  /// `x` held in `[0, 6]`.
  public static Module relu6() {
    return layer(Elementwise.RELU6);
  }

  /// `x` held in `[0, 6]`.
  public static Tensor relu6(Tensor x) {
    return x.map(Elementwise.RELU6);
  }

  /// `x` if positive, else `exp(x) - 1`.
  public static Module elu() {
    return layer(Elementwise.ELU);
  }

  /// `x` if positive, else `exp(x) - 1`.
  public static Tensor elu(Tensor x) {
    return x.map(Elementwise.ELU);
  }

  /// `x` if positive, else `alpha * (exp(x) - 1)`.
  public static Module elu(double alpha) {
    return new Lambda("elu", x -> elu(x, alpha));
  }

  /// `x` if positive, else `alpha * (exp(x) - 1)`.
  public static Tensor elu(Tensor x, double alpha) {
    return x.map(ScalarFamilies.elu(alpha));
  }

  /// The self-normalising ELU.
  public static Module selu() {
    return layer(Elementwise.SELU);
  }

  /// The self-normalising ELU.
  public static Tensor selu(Tensor x) {
    return x.map(Elementwise.SELU);
  }

  /// A continuous ELU.
  public static Module celu() {
    return layer(Elementwise.CELU);
  }

  /// A continuous ELU.
  public static Tensor celu(Tensor x) {
    return x.map(Elementwise.CELU);
  }

  /// `x` if positive, else `alpha * (exp(x / alpha) - 1)`.
  public static Module celu(double alpha) {
    return new Lambda("celu", x -> celu(x, alpha));
  }

  /// `x` if positive, else `alpha * (exp(x / alpha) - 1)`.
  public static Tensor celu(Tensor x, double alpha) {
    return x.map(ScalarFamilies.celu(alpha));
  }

  /// `x` times the normal distribution's share below it.
  public static Module gelu() {
    return layer(Elementwise.GELU);
  }

  /// `x` times the normal distribution's share below it.
  public static Tensor gelu(Tensor x) {
    return x.map(Elementwise.GELU);
  }

  /// GELU with the share approximated by a tanh.
  public static Module geluTanh() {
    return layer(Elementwise.GELU_TANH);
  }

  /// GELU with the share approximated by a tanh.
  public static Tensor geluTanh(Tensor x) {
    return x.map(Elementwise.GELU_TANH);
  }

  /// `x * sigmoid(x)`.
  public static Module silu() {
    return layer(Elementwise.SILU);
  }

  /// `x * sigmoid(x)`.
  public static Tensor silu(Tensor x) {
    return x.map(Elementwise.SILU);
  }

  /// `x * tanh(softplus(x))`.
  public static Module mish() {
    return layer(Elementwise.MISH);
  }

  /// `x * tanh(softplus(x))`.
  public static Tensor mish(Tensor x) {
    return x.map(Elementwise.MISH);
  }

  /// `1 / (1 + exp(-x))`.
  public static Module sigmoid() {
    return layer(Elementwise.SIGMOID);
  }

  /// `1 / (1 + exp(-x))`.
  public static Tensor sigmoid(Tensor x) {
    return x.map(Elementwise.SIGMOID);
  }

  /// `log(sigmoid(x))`.
  public static Module logSigmoid() {
    return layer(Elementwise.LOG_SIGMOID);
  }

  /// `log(sigmoid(x))`.
  public static Tensor logSigmoid(Tensor x) {
    return x.map(Elementwise.LOG_SIGMOID);
  }

  /// The hyperbolic tangent.
  public static Module tanh() {
    return layer(Elementwise.TANH);
  }

  /// The hyperbolic tangent.
  public static Tensor tanh(Tensor x) {
    return x.map(Elementwise.TANH);
  }

  /// `log(1 + exp(x))`.
  public static Module softplus() {
    return layer(Elementwise.SOFTPLUS);
  }

  /// `log(1 + exp(x))`.
  public static Tensor softplus(Tensor x) {
    return x.map(Elementwise.SOFTPLUS);
  }

  /// `log(1 + exp(beta * x)) / beta`.
  public static Module softplus(double beta) {
    return new Lambda("softplus", x -> softplus(x, beta));
  }

  /// `log(1 + exp(beta * x)) / beta`.
  public static Tensor softplus(Tensor x, double beta) {
    return x.map(ScalarFamilies.softplus(beta));
  }

  /// `x / (1 + |x|)`.
  public static Module softsign() {
    return layer(Elementwise.SOFTSIGN);
  }

  /// `x / (1 + |x|)`.
  public static Tensor softsign(Tensor x) {
    return x.map(Elementwise.SOFTSIGN);
  }

  /// `relu6(x + 3) / 6`.
  public static Module hardSigmoid() {
    return layer(Elementwise.HARD_SIGMOID);
  }

  /// `relu6(x + 3) / 6`.
  public static Tensor hardSigmoid(Tensor x) {
    return x.map(Elementwise.HARD_SIGMOID);
  }

  /// `x * relu6(x + 3) / 6`.
  public static Module hardSwish() {
    return layer(Elementwise.HARD_SWISH);
  }

  /// `x * relu6(x + 3) / 6`.
  public static Tensor hardSwish(Tensor x) {
    return x.map(Elementwise.HARD_SWISH);
  }

  /// `x` held in `[-1, 1]`.
  public static Module hardTanh() {
    return layer(Elementwise.HARD_TANH);
  }

  /// `x` held in `[-1, 1]`.
  public static Tensor hardTanh(Tensor x) {
    return x.map(Elementwise.HARD_TANH);
  }

  /// `x` held in `[low, high]`.
  public static Module hardTanh(double low, double high) {
    return new Lambda("hardTanh", x -> hardTanh(x, low, high));
  }

  /// `x` held in `[low, high]`.
  public static Tensor hardTanh(Tensor x, double low, double high) {
    return x.map(ScalarFamilies.hardTanh(low, high));
  }

  /// `x` if positive, else `slope * x`; PyTorch's default slope is 0.01.
  public static Module leakyRelu(double slope) {
    return new Lambda("leakyRelu", x -> leakyRelu(x, slope));
  }

  /// `x` if positive, else `slope * x`.
  public static Tensor leakyRelu(Tensor x, double slope) {
    return x.map(ScalarFamilies.leakyRelu(slope));
  }

  /// `exp(x)` divided by its sum along an axis.
  public static Module softmax(int axis) {
    return new Lambda("softmax", x -> x.softmax(axis));
  }

  /// `exp(x)` divided by its sum along an axis.
  public static Tensor softmax(Tensor x, int axis) {
    return x.softmax(axis);
  }

  /// `log(softmax(x))` along an axis.
  public static Module logSoftmax(int axis) {
    return new Lambda("logSoftmax", x -> x.logSoftmax(axis));
  }

  /// `log(softmax(x))` along an axis.
  public static Tensor logSoftmax(Tensor x, int axis) {
    return x.logSoftmax(axis);
  }
}
