/// What a matrix product is, and where its operands lie; [dev.merapi.kernels.product] computes it.
@org.jspecify.annotations.NullMarked
package dev.merapi.kernels.gemm;
