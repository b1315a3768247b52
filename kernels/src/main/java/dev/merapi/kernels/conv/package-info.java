/// Convolution on plain NCHW images as an implicit matrix product.
///
/// The product is `weights[outputs, k] * pixels[k, positions]` with `k = (channel, kernel row,
/// kernel column)`. The matrix of pixels is never built: an image is placed into a workspace
/// ([Placement]) in which the pixels of `L` neighbouring positions lie side by side for every k, so
/// that a micro-kernel of [dev.merapi.kernels.product] loads them at `base + offsets[k]`. It is
/// copied once, with gaps behind the lines of positions, which are computed for nothing and left
/// out by the [LineFinish]; or once for each column of the kernel, without gaps, which is cheaper
/// where lines are short.
///
/// The order of each sum is that of a matrix product, [dev.merapi.kernels.product.Definition#BLOCK]
/// steps a block, and padding counts as zeros. Tiles, lanes and threads do not change a bit.
///
/// For 3x3 kernels and many channels, fewer multiplications do ([WinogradPlan]); what an element is
/// has then another definition, which is as independent of tiles, lanes and threads.
@NullMarked
package dev.merapi.kernels.conv;

import org.jspecify.annotations.NullMarked;
