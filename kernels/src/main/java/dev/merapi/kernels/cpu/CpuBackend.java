package dev.merapi.kernels.cpu;

import dev.merapi.kernels.emit.Fma;
import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.TieredKernel;
import dev.merapi.kernels.emit.VectorCode;
import dev.merapi.kernels.target.BytecodeTarget;
import dev.merapi.kernels.target.MachineTarget;
import dev.merapi.kernels.target.Target;
import dev.merapi.kernels.target.Targets;
import dev.merapi.spi.Backend;
import dev.merapi.spi.Executable;
import dev.merapi.spi.Program;
import dev.merapi.spi.Region;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Runs programs on this machine's cores.
public final class CpuBackend implements Backend {
  /// One for the JVM: what C2 has compiled for one model serves the next. It holds kernels weakly.
  private static final KernelCache SHARED = new KernelCache();

  /// One for the JVM, so that models do not cost threads. Its threads end when nothing runs.
  private static final Teams TEAMS = new Teams();

  private final Lanes lanes;
  private final KernelCache cache;
  private final Optional<MachineTarget> machine;
  private final Target target;

  /// All kernels of the programs compiled here: a program of the same structures that comes later,
  /// such as one of a size that was given back, finds them as C2 left them.
  private final Set<TieredKernel> kept = ConcurrentHashMap.newKeySet();

  /// A backend of the widest vectors that this machine has.
  public CpuBackend() {
    this(Lanes.widest(), SHARED, Targets.host());
    if (machine.isEmpty()) {
      Fma.missing().ifPresent(CpuBackend::warn);
    }
  }

  private static void warn(String reason) {
    System.getLogger("dev.merapi").log(System.Logger.Level.WARNING, reason);
  }

  /// A backend of a given vector width, with kernels of its own.
  CpuBackend(Lanes lanes) {
    this(lanes, new KernelCache());
  }

  /// The same, with machine code where there are routines.
  CpuBackend(Lanes lanes, Target target) {
    this(lanes, new KernelCache(), target);
  }

  private CpuBackend(Lanes lanes, KernelCache cache) {
    this(lanes, cache, new BytecodeTarget(lanes, cache));
  }

  private CpuBackend(Lanes lanes, KernelCache cache, Target target) {
    this.lanes = lanes;
    this.cache = cache;
    this.target = target;
    this.machine = target instanceof MachineTarget found ? Optional.of(found) : Optional.empty();
  }

  /// Has the JVM load and link what compiling the first program takes.
  public static void prepare() {
    if (Targets.host() instanceof MachineTarget machine) {
      boolean _ = FirstKernel.run(machine);
    }
  }

  /// What this machine offers, for people.
  public static String description() {
    int cores = Runtime.getRuntime().availableProcessors();
    if (Targets.host() instanceof MachineTarget machine) {
      return "machine code for " + machine + ", " + cores + " cores";
    }
    return VectorCode.missing()
        .map(reason -> "scalar code, " + cores + " cores: no vector code: " + reason)
        .orElseGet(() -> Lanes.widest().bits() + "-bit vectors, " + cores + " cores");
  }

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public Executable compile(Program program, int threads) {
    var kernels = new ArrayList<RegionKernel>();
    try {
      compile(program, kernels);
    } catch (RuntimeException | Error e) {
      kernels.forEach(RegionKernel::close);
      throw e;
    }
    kernels.forEach(kernel -> kept.addAll(kernel.kernels()));
    return new CpuExecutable(program, kernels, threads, TEAMS);
  }

  private void compile(Program program, List<RegionKernel> kernels) {
    List<Region> regions = program.regions();
    for (int i = 0; i < regions.size(); i++) {
      Region region = regions.get(i);
      if (i + 1 < regions.size()
          && region instanceof Region.Convolution conv
          && regions.get(i + 1) instanceof Region.Pool pool
          && PooledConvolutionKernel.suits(conv, pool, program)) {
        kernels.add(new PooledConvolutionKernel(conv, pool, program, target, lanes, cache));
        i++;
      } else {
        kernels.add(compile(region, program.parameters()));
      }
    }
  }

  private RegionKernel compile(Region region, Program.Parameters parameters) {
    return switch (region) {
      case Region.Loops loops -> new LoopsKernel(loops, lanes, cache, machine);
      case Region.Product product -> new ProductKernel(product, parameters, lanes, cache, machine);
      case Region.Convolution conv -> ConvolutionKernel.of(conv, parameters, target, lanes, cache);
      case Region.Pool pool -> PoolKernel.of(pool, target);
      case Region.PoolGradient pool -> PoolKernel.of(pool, target);
      case Region.Indexed indexed -> IndexKernel.of(indexed);
      case Region.UserDefined custom -> new CustomKernel(custom);
    };
  }
}
