/// Convolution on plain NCHW images as an implicit matrix product.
///
/// The product is `weights[outputs, k] * pixels[k, positions]` with `k = (channel, kernel row,
/// kernel column)`. The matrix of pixels is never built: an image is placed once into a padded
/// workspace ([Placement]) in which the pixels of `L` neighbouring positions lie side by side for
/// every k, so that a micro-kernel of [dev.merapi.kernels.gemm] loads them at `base + offsets[k]`.
/// Positions are counted along the padded lines; the few behind each line's end are computed for
/// nothing and left out by the [LineFinish].
///
/// The order of each sum is that of a matrix product, [dev.merapi.kernels.gemm.Gemm#BLOCK] steps a
/// block, and padding counts as zeros. Tiles, lanes and threads do not change a bit.
@NullMarked
package dev.merapi.kernels.conv;

import org.jspecify.annotations.NullMarked;
