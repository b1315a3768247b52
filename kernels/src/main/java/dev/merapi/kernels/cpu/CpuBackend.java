package dev.merapi.kernels.cpu;

import dev.merapi.KernelTarget;
import dev.merapi.kernels.jit.Fma;
import dev.merapi.kernels.jit.KernelCache;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.kernels.jit.TieredKernel;
import dev.merapi.kernels.jit.VectorClasses;
import dev.merapi.kernels.target.BytecodeTarget;
import dev.merapi.kernels.target.MachineKernel;
import dev.merapi.kernels.target.MachineTarget;
import dev.merapi.kernels.target.Target;
import dev.merapi.kernels.target.Targets;
import dev.merapi.kernels.target.Targets.Found;
import dev.merapi.spi.Backend;
import dev.merapi.spi.Executable;
import dev.merapi.spi.KernelText;
import dev.merapi.spi.LoopLimits;
import dev.merapi.spi.Program;
import dev.merapi.spi.Region;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Runs programs on this machine's cores.
public final class CpuBackend implements Backend {
  /// One for the JVM, so that models do not cost threads. Its threads end when nothing runs.
  private static final Teams TEAMS = new Teams();

  private static final Set<String> WARNED = ConcurrentHashMap.newKeySet();

  private final Found found;
  private final Target target;

  /// All kernels of the programs compiled here: a program of the same structures that comes later,
  /// such as one of a size that was given back, finds them as C2 left them.
  private final Set<TieredKernel> kept = ConcurrentHashMap.newKeySet();

  /// A backend for the target that the system property `merapi.target` says, or the fastest.
  public CpuBackend() {
    this(checked(Targets.usual()));
  }

  /// A backend that makes kernels for a target, or for the next that can be had.
  public CpuBackend(KernelTarget choice) {
    this(checked(Targets.of(choice)));
  }

  /// A backend of a given vector width, with kernels of its own.
  CpuBackend(Lanes lanes) {
    this(new BytecodeTarget(lanes, new KernelCache()));
  }

  /// A backend that makes kernels for just this target.
  CpuBackend(Target target) {
    this(new Found(target, Optional.empty()));
  }

  private CpuBackend(Found found) {
    this.found = found;
    this.target = found.target();
  }

  /// Says once what makes Java classes slower than they could be.
  private static Found checked(Found found) {
    if (!(found.target() instanceof MachineTarget)) {
      found.diagnostic().or(Fma::missing).filter(WARNED::add).ifPresent(CpuBackend::warn);
    }
    return found;
  }

  private static void warn(String reason) {
    System.getLogger("dev.merapi").log(System.Logger.Level.WARNING, reason);
  }

  /// Has the JVM load and link what compiling the first program takes.
  public static void prepare() {
    if (Targets.host() instanceof MachineTarget machine) {
      boolean _ = FirstKernel.run(machine);
    }
  }

  /// What this machine offers, for people.
  public static String description() {
    String serves =
        Targets.description() + ", " + Runtime.getRuntime().availableProcessors() + " cores";
    return Targets.host() instanceof MachineTarget
        ? serves
        : serves
            + VectorClasses.missing().map(reason -> ", but no vector code: " + reason).orElse("");
  }

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public LoopLimits limits() {
    return target.limits();
  }

  @Override
  public Executable compile(Program program, int threads) {
    Made made = placed(program).or(() -> placed(program)).orElseThrow();
    try {
      var executable = new CpuExecutable(program, made.kernels, made.walk, threads, TEAMS, found);
      made.kernels.forEach(kernel -> kept.addAll(kernel.kernels()));
      return executable;
    } catch (RuntimeException | Error e) {
      made.close();
      throw e;
    }
  }

  /// What a program takes.
  ///
  /// @param walk walks along calls of its kernels, where they are machine code
  private record Made(List<RegionKernel> kernels, Optional<MachineKernel> walk)
      implements AutoCloseable {
    @Override
    public void close() {
      kernels.forEach(RegionKernel::close);
      walk.ifPresent(MachineKernel::close);
    }
  }

  /// Kernels that can be called.
  ///
  /// @return empty if the system refuses their code, which it can do once: the next have none
  private Optional<Made> placed(Program program) {
    var kernels = new ArrayList<RegionKernel>();
    Target together = target.together();
    Optional<MachineKernel> walk =
        together instanceof MachineTarget machine ? machine.walk() : Optional.empty();
    Made made = new Made(kernels, walk);
    boolean placed = false;
    try {
      compile(program, together, kernels, _ -> {});
      placed = together.place();
    } finally {
      if (!placed) {
        made.close();
      }
    }
    return placed ? Optional.of(made) : Optional.empty();
  }

  @Override
  public List<KernelText> kernels(Program program) {
    var texts = new KernelTexts();
    var kernels = new ArrayList<RegionKernel>();
    try {
      compile(program, target.anew(texts), kernels, texts::enter);
    } finally {
      kernels.forEach(RegionKernel::close);
    }
    return texts.all();
  }

  /// @param entered is told of each region before its kernels are made
  private static void compile(
      Program program, Target target, List<RegionKernel> kernels, Consumer<Region> entered) {
    List<Region> regions = program.regions();
    for (int i = 0; i < regions.size(); i++) {
      Region region = regions.get(i);
      entered.accept(region);
      if (i + 1 < regions.size()
          && region instanceof Region.Convolution conv
          && regions.get(i + 1) instanceof Region.Pool pool
          && PooledConvolutionKernel.suits(conv, pool, program)) {
        kernels.add(new PooledConvolutionKernel(conv, pool, program, target));
        i++;
      } else {
        kernels.add(compile(region, program.parameters(), target));
      }
    }
  }

  private static RegionKernel compile(Region region, Program.Parameters parameters, Target target) {
    return switch (region) {
      case Region.Loops loops -> new LoopsKernel(loops, target);
      case Region.Product product -> new ProductKernel(product, parameters, target);
      case Region.Convolution conv -> ConvolutionKernel.of(conv, parameters, target);
      case Region.Pool pool -> PoolKernel.of(pool, target);
      case Region.PoolGradient pool -> PoolKernel.of(pool, target);
      case Region.Indexed indexed -> IndexKernel.of(indexed);
      case Region.UserDefined custom -> new CustomKernel(custom);
    };
  }
}
