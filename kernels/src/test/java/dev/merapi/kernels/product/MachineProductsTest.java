package dev.merapi.kernels.product;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// Every kernel of the table that is one, as machine code, against the definition; in memory that
/// ends the JVM if one leaves it.
class MachineProductsTest extends ProductRoutinesTest {
  @Override
  Target target(ProductKernel kernel) {
    assumeTrue(kernel.form() == CodeForm.LONG, "for the compilers of the JVM");
    assumeTrue(Machine.has(kernel.needs()), "not this processor: needs=" + kernel.needs());
    return new Machine(kernel.needs());
  }
}
