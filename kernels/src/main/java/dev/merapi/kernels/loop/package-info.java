/// Fused loop nests: [LoopKernel] turns a `LoopNest` into a class of vector code and its scalar
/// twin.
///
/// Nests of the same [Structure] share a class, whatever their sizes, strides and addresses.
@org.jspecify.annotations.NullMarked
package dev.merapi.kernels.loop;
