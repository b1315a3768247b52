/// Fused loop nests: [LoopKernel] makes a kernel of a `LoopNest`, which a [NestRoutine] writes.
///
/// Nests of the same [Structure] and [NestShape] share a kernel, whatever their sizes, strides and
/// addresses. What decides on bits, the order of sums above all, follows from the nest alone
/// ([Schedule], [Unroll], [LongSums]); how lanes are used does not.
@org.jspecify.annotations.NullMarked
package dev.merapi.kernels.loop;
