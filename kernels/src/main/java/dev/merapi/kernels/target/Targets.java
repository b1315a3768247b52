package dev.merapi.kernels.target;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.kernels.machine.Cpu.Level;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/// What kernels of this process are made for, as the system property `merapi.target` says when it
/// is first asked.
public final class Targets {
  private static final String PROPERTY = "merapi.target";

  /// What can be asked for.
  enum Choice {
    MACHINE("machine", Level.AVX512),
    MACHINE_AVX2("machine-avx2", Level.AVX2),
    VECTOR("vector", Level.NONE);

    private final String text;
    private final Level most;

    Choice(String text, Level most) {
      this.text = text;
      this.most = most;
    }

    /// @throws MerapiException of kind `ARGUMENT` for another word
    static Choice of(String text) {
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

    MachineTarget.Result machine() {
      return most == Level.NONE ? new MachineTarget.Result.None("") : MachineTarget.upTo(most);
    }
  }

  private static final class Host {
    static final MachineTarget.Result MACHINE =
        Choice.of(System.getProperty(PROPERTY, Choice.VECTOR.text)).machine();
  }

  private Targets() {}

  /// Machine code, if it was asked for and can be had.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if something unknown was asked for
  public static Optional<MachineTarget> machine() {
    return Host.MACHINE instanceof MachineTarget.Result.Found(MachineTarget target)
        ? Optional.of(target)
        : Optional.empty();
  }

  /// Why there is no machine code although it was asked for.
  public static Optional<String> missing() {
    return switch (Host.MACHINE) {
      case MachineTarget.Result.Found(MachineTarget target) -> target.refusal();
      case MachineTarget.Result.None(String reason) ->
          Optional.of(reason).filter(each -> !each.isEmpty());
    };
  }
}
