package dev.merapi.kernels.product;

import dev.merapi.kernels.ir.Lane;
import dev.merapi.kernels.ir.MemoryType;

/// The types of a product.
///
/// @param a elements of A
/// @param b elements of B
/// @param sum what is added up in
/// @param c elements of the result
public record OperandTypes(MemoryType a, MemoryType b, Lane sum, MemoryType c) {
  public static final OperandTypes F32 =
      new OperandTypes(MemoryType.F32, MemoryType.F32, Lane.F32, MemoryType.F32);

  @Override
  public String toString() {
    return a + "*" + b + "+" + sum + "=" + c;
  }
}
