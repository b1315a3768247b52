package dev.merapi.kernels.product;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.kernels.bytecode.ScalarTarget;
import dev.merapi.kernels.bytecode.VectorTarget;
import dev.merapi.kernels.jit.Lanes;
import java.util.Optional;

/// Every kernel of the table that is for the compilers of the JVM, as bytecode, against the
/// definition; none may be refused for its length.
class BytecodeProductsTest extends ProductRoutinesTest {
  @Override
  Target target(ProductKernel kernel) {
    assumeTrue(kernel.form() == CodeForm.SHORT, "machine code");
    if (kernel.lanes() == 1) {
      return (routine, _, use) -> use.accept(ScalarTarget.compile(routine));
    }
    Optional<Lanes> lanes =
        Lanes.vectors().stream().filter(each -> each.count() == kernel.lanes()).findFirst();
    assumeTrue(lanes.isPresent(), "not this processor: lanes=" + kernel.lanes());
    return (routine, _, use) -> {
      VectorTarget.Result result = VectorTarget.compile(routine, lanes.orElseThrow().bits());
      assertEquals(Optional.empty(), result.refusal());
      use.accept(result.kernel());
    };
  }
}
