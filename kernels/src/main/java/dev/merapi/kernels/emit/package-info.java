/// How kernels come into being: emitting hidden classes of Vector API calls, and bringing them from
/// cold to compiled.
///
/// A kernel class has one flat method, [Kernel#run], over raw addresses. A [TieredKernel] joins the
/// vector class with its scalar twin, which gives the same bits and is fast before C2 has compiled
/// anything.
@org.jspecify.annotations.NullMarked
package dev.merapi.kernels.emit;
