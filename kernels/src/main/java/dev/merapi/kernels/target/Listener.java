package dev.merapi.kernels.target;

import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.x64.Code;
import java.util.Optional;

/// Is told of the kernels that a target makes.
public interface Listener {
  /// One that does nothing.
  Listener NONE = (_, _) -> {};

  /// A kernel was made.
  ///
  /// @param code what was made of it, if that is machine code
  void made(Routine routine, Optional<Code> code);
}
