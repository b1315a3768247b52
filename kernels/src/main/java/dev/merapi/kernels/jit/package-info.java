/// How kernels that are Java bytecode are brought from cold to compiled. A [TieredKernel] joins the
/// vector class with its scalar twin, which gives the same bits and is fast before C2 has compiled
/// anything; [Trial]s drive the vector class until it is.
///
/// Here, too, is what all kernels share: [Kernel], and the raw [Memory] they work on.
@org.jspecify.annotations.NullMarked
package dev.merapi.kernels.jit;
