package dev.merapi.kernels.target;

import dev.merapi.KernelTarget;
import dev.merapi.MerapiException;
import dev.merapi.kernels.jit.KernelCache;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.kernels.jit.VectorModule;
import dev.merapi.kernels.machine.Cpu.Level;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// What kernels can be made for in this process. Who does not choose gets what the system property
/// `merapi.target` says, and without it the fastest that works.
public final class Targets {
  private static final String PROPERTY = "merapi.target";

  private static final Map<KernelTarget, Found> FOUND = new EnumMap<>(KernelTarget.class);

  /// What came of a choice.
  ///
  /// @param absence why it is not what was asked for; empty if it is
  public record Found(Target target, Optional<String> absence) {
    /// What somebody who wonders about speed should know; usually nothing.
    public Optional<String> diagnostic() {
      Optional<String> later =
          target instanceof MachineTarget machine ? machine.refusal() : Optional.empty();
      return absence
          .map(reason -> "kernels are " + name() + ": " + reason)
          .or(() -> later.map(reason -> "not all kernels are machine code: " + reason));
    }

    private String name() {
      return target instanceof MachineTarget
          ? "machine code for " + target
          : "Java classes with " + target;
    }

    /// What serves, and why it is not what was asked for.
    @Override
    public String toString() {
      return name() + absence.map(reason -> " (" + reason + ")").orElse("");
    }
  }

  private Targets() {}

  /// What is wanted where nobody chooses.
  ///
  /// @param property what `merapi.target` says, or nothing
  /// @throws MerapiException of kind `ARGUMENT` if something unknown is asked for
  static KernelTarget choice(String property) {
    try {
      return property.isEmpty() ? KernelTarget.MACHINE : KernelTarget.of(property);
    } catch (MerapiException e) {
      throw e.at("-D" + PROPERTY);
    }
  }

  /// The target of who does not choose.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if the property asks for something unknown
  public static Target host() {
    return usual().target();
  }

  /// The same, and why it is not another one.
  public static Found usual() {
    return of(choice(System.getProperty(PROPERTY, "")));
  }

  /// What serves who does not choose, and why, for people.
  public static String description() {
    String property = System.getProperty(PROPERTY, "");
    return usual() + (property.isEmpty() ? "" : ", as -D" + PROPERTY + "=" + property + " says");
  }

  /// A target, the same for all who ask for it, so that they share kernels.
  public static Found of(KernelTarget choice) {
    synchronized (FOUND) {
      return FOUND.computeIfAbsent(choice, Targets::find);
    }
  }

  private static Found find(KernelTarget choice) {
    Target bytecode = new BytecodeTarget(lanes(choice), new KernelCache());
    Optional<String> noVectors =
        choice == KernelTarget.SCALAR ? Optional.empty() : VectorModule.missing();
    Level most = most(choice);
    if (most == Level.NONE) {
      return new Found(bytecode, noVectors);
    }
    return switch (MachineTarget.upTo(most, bytecode)) {
      case MachineTarget.Result.Found(MachineTarget machine) ->
          new Found(machine, Optional.empty());
      case MachineTarget.Result.None(String noCode) ->
          new Found(bytecode, Optional.of(noCode + noVectors.map(each -> "; " + each).orElse("")));
    };
  }

  private static Lanes lanes(KernelTarget choice) {
    return choice == KernelTarget.SCALAR ? Lanes.SCALAR : Lanes.widest();
  }

  private static Level most(KernelTarget choice) {
    return switch (choice) {
      case MACHINE -> Level.AVX512;
      case MACHINE_AVX2 -> Level.AVX2;
      case VECTOR, SCALAR -> Level.NONE;
    };
  }
}
