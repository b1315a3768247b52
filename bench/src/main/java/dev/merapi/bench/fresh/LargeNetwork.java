package dev.merapi.bench.fresh;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;

import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.graph.TensorType;
import dev.merapi.nn.Module;

/// Networks as they are served, with an input `x`: batch 1, random weights.
enum LargeNetwork {
  /// He et al., *Deep Residual Learning for Image Recognition* (2015).
  RESNET_18(f32(1, 3, 224, 224)) {
    @Override
    Module module() {
      return Residual.resNet18(1000);
    }
  },

  /// Sandler et al., *MobileNetV2: Inverted Residuals and Linear Bottlenecks* (2018).
  MOBILENET_V2(f32(1, 3, 224, 224)) {
    @Override
    Module module() {
      return InvertedResidual.mobileNetV2(1000);
    }
  },

  /// Ronneberger et al., *U-Net* (2015), with a quarter of its channels.
  U_NET(f32(1, 1, 128, 128)) {
    @Override
    Module module() {
      return new UNet(1, 16, 3, 2);
    }
  },

  /// Six layers of a Transformer's encoder, 384 wide, over 128 tokens.
  ENCODER(f32(1, 128, 384)) {
    @Override
    Module module() {
      return EncoderLayer.stack(6, 384, 6);
    }
  };

  private final TensorType type;

  LargeNetwork(TensorType type) {
    this.type = type;
  }

  abstract Module module();

  /// A new model.
  Model model() {
    return Model.of(module(), input("x", type), RandomKey.of(1));
  }

  /// Numbers for its input.
  float[] x() {
    return RandomKey.of(7).normal(Math.toIntExact(type.shape().elements()), 0, 1);
  }
}
