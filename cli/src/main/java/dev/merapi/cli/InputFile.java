package dev.merapi.cli;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.graph.DType;
import dev.merapi.graph.Dim;
import dev.merapi.graph.TensorType;
import dev.merapi.toolkit.arrays.JsonArrays;
import dev.merapi.toolkit.arrays.Npy;
import dev.merapi.toolkit.images.Images;
import java.nio.file.Path;

/// A file that holds an input.
///
/// @param name of the input
/// @param type of the input, with its named sizes
record InputFile(String name, TensorType type, Path file) {
  /// @param pictures how images become inputs
  /// @throws MerapiException of kind `ARGUMENT`, `FORMAT` or `SHAPE` if it cannot be the input
  Tensor read(Pictures pictures) {
    FileChecks.checkReadable("input " + name, file);
    return switch (FileChecks.ending(file)) {
      case ".npy" -> checked(Npy.read(file));
      case ".json" -> checked(JsonArrays.read(file, type.dtype()));
      case ".png", ".jpg", ".jpeg", ".jfif", ".webp", ".tif", ".tiff", ".gif", ".bmp" ->
          image(pictures);
      case ".npz" -> throw unknown().hint("save its array alone: numpy.save('x.npy', file['x'])");
      default -> throw unknown();
    };
  }

  private MerapiException unknown() {
    return MerapiException.of(Kind.ARGUMENT, "input " + name + ": not a file that can be read")
        .with("file", file)
        .with("known", ".npy, .json, .png, .jpg, .webp, .tif, .gif, .bmp");
  }

  private Tensor checked(Tensor tensor) {
    if (InputShapes.fits(type, tensor)) {
      if (tensor.shape().elements() == 0) {
        throw MerapiException.of(Kind.SHAPE, "input " + name + ": the file holds no numbers")
            .with("found", tensor.type())
            .at(file.toString());
      }
      return tensor;
    }
    MerapiException mismatch = InputShapes.mismatch(name, type, tensor.type()).at(file.toString());
    if (tensor.rank() + 1 == type.rank()) {
      throw mismatch.hint("one example needs a first axis of size 1: x[None]");
    }
    if (tensor.dtype() != type.dtype()) {
      throw mismatch.hint("save it with numbers of the type " + type.dtype());
    }
    throw mismatch;
  }

  private Tensor image(Pictures pictures) {
    int rank = type.rank();
    boolean takesImages =
        type.dtype() == DType.F32
            && (rank == 4 || rank == 3)
            && (isSize(rank - 3, 1) || isSize(rank - 3, 3));
    if (!takesImages) {
      throw MerapiException.of(Kind.SHAPE, "input " + name + ": takes no images")
          .with("expected", type)
          .at(file.toString())
          .hint("an image is f32[N,1,H,W] or f32[N,3,H,W]; for other inputs write .npy");
    }
    Images images = (isSize(rank - 3, 1) ? Images.grey() : Images.rgb()).upright();
    Tensor read = (pictures.resize() ? resized(images) : images).read(file);
    Tensor image = rank == 4 ? read.expand(0) : read;
    if (!InputShapes.fits(type, image)) {
      throw MerapiException.of(Kind.SHAPE, "input " + name + ": the image has another size")
          .with("expected", side(rank - 2) + "x" + side(rank - 1))
          .with("found", read.size(1) + "x" + read.size(2))
          .at(file.toString())
          .hint("--resize brings it to that size (height x width)");
    }
    Tensor seen = pictures.apply(read, file);
    return rank == 4 ? seen.expand(0) : seen;
  }

  /// Sizes of the input that have no number leave the image as it is.
  private Images resized(Images images) {
    Dim height = type.shape().dim(type.rank() - 2);
    Dim width = type.shape().dim(type.rank() - 1);
    return height.isConstant() && width.isConstant()
        ? images.resized(Math.toIntExact(height.value()), Math.toIntExact(width.value()))
        : images;
  }

  private boolean isSize(int axis, long size) {
    return side(axis).equals(Dim.of(size));
  }

  private Dim side(int axis) {
    return type.shape().dim(axis);
  }
}
