package dev.merapi.kernels.target;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.machine.Cpu.Level;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/// What kernels can be made for in this process. The system property `merapi.target` chooses, and
/// without it the fastest that works.
public final class Targets {
  private static final String PROPERTY = "merapi.target";

  /// What can be asked for. Where one cannot be had, the next serves.
  public enum Choice {
    MACHINE("machine", Level.AVX512),
    MACHINE_AVX2("machine-avx2", Level.AVX2),
    VECTOR("vector", Level.NONE),
    SCALAR("scalar", Level.NONE);

    private final String text;
    private final Level most;

    Choice(String text, Level most) {
      this.text = text;
      this.most = most;
    }

    /// @throws MerapiException of kind `ARGUMENT` for another word
    public static Choice of(String text) {
      return Arrays.stream(values())
          .filter(each -> each.text.equals(text))
          .findFirst()
          .orElseThrow(() ->
              MerapiException.of(Kind.ARGUMENT, PROPERTY + ": unknown target")
                  .with("target", text)
                  .with(
                      "known",
                      Arrays.stream(values())
                          .map(each -> each.text)
                          .collect(Collectors.joining(", "))));
    }

    private Outcome outcome() {
      Lanes lanes = this == SCALAR ? Lanes.SCALAR : Lanes.widest();
      Target bytecode = new BytecodeTarget(lanes, new KernelCache());
      if (most == Level.NONE) {
        return new Outcome(bytecode, Optional.empty());
      }
      return switch (MachineTarget.upTo(most, bytecode)) {
        case MachineTarget.Result.Found(MachineTarget machine) ->
            new Outcome(machine, Optional.empty());
        case MachineTarget.Result.None(String reason) -> new Outcome(bytecode, Optional.of(reason));
      };
    }
  }

  /// What came of a choice.
  ///
  /// @param missing why it is not what was asked for
  private record Outcome(Target target, Optional<String> missing) {}

  private static final class Host {
    static final Outcome OUTCOME =
        Choice.of(System.getProperty(PROPERTY, Choice.MACHINE.text)).outcome();
  }

  private Targets() {}

  /// The target of this process.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if something unknown was asked for
  public static Target host() {
    return Host.OUTCOME.target();
  }

  /// Why there is no machine code although there should be.
  public static Optional<String> missing() {
    Optional<String> refusal =
        host() instanceof MachineTarget machine ? machine.refusal() : Optional.empty();
    return refusal.or(() -> Host.OUTCOME.missing());
  }
}
