/// Matrix product: packed panels, generated register tiles, and the drivers that choose and call
/// them.
///
/// Every element of the result is `sum over k of a[i,k] * b[k,j]` in one order that depends on K
/// alone: blocks of [Gemm#BLOCK] consecutive k, in each block a chain of fused multiply-adds that
/// starts from zero, and the blocks' sums added in order. Tiles, lanes, packing and threads do not
/// change a bit.
@org.jspecify.annotations.NullMarked
package dev.merapi.kernels.gemm;
