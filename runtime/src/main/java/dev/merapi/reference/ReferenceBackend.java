package dev.merapi.reference;

import dev.merapi.spi.Addresses;
import dev.merapi.spi.Backend;
import dev.merapi.spi.Executable;
import dev.merapi.spi.Packed;
import dev.merapi.spi.Program;
import dev.merapi.spi.Runner;
import java.time.Duration;
import java.util.List;

/// Interprets programs: regions compute in double from and to `f32` memory. It shows what a program
/// means, and tests the compiler apart from the kernels of a real backend.
final class ReferenceBackend implements Backend {
  @Override
  public String name() {
    return "reference";
  }

  @Override
  public Executable compile(Program program, int threads) {
    return new Interpreted(program);
  }

  private record Interpreted(Program program) implements Executable {
    @Override
    public List<Packed> packed() {
      return List.of();
    }

    @Override
    public long scratchBytes() {
      return 0;
    }

    @Override
    public Runner bind(Addresses addresses) {
      var memory = new RawMemory(program, addresses);
      return () -> program.regions().forEach(region -> RegionInterpreter.run(region, memory));
    }

    @Override
    public boolean warmUp(Duration limit) {
      return true;
    }

    @Override
    public List<String> diagnostics() {
      return List.of(); // whoever named this backend knows
    }

    @Override
    public void close() {}
  }
}
