package dev.merapi.kernels.ir.pass;

import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.Verifier;

/// The passes that every target wants, in their order.
public final class Passes {
  private Passes() {}

  /// Hoists, then shares what has thereby become visible twice, then drops what nobody needs.
  public static Routine run(Routine routine) {
    Routine hoisted = HoistInvariants.run(routine);
    Routine result = DeadCode.run(CommonValues.run(hoisted));
    assert Verifier.verify(result) == result; // it takes as long as the passes
    return result;
  }
}
