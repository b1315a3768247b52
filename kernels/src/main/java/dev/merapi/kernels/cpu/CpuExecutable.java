package dev.merapi.kernels.cpu;

import dev.merapi.kernels.jit.TieredKernel;
import dev.merapi.kernels.target.Targets.Found;
import dev.merapi.spi.Addresses;
import dev.merapi.spi.Executable;
import dev.merapi.spi.Packed;
import dev.merapi.spi.Program;
import dev.merapi.spi.Runner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/// The kernels of one program.
final class CpuExecutable implements Executable {
  private static final long ALIGNMENT = 64;

  private final Program program;
  private final List<RegionKernel> kernels;
  private final List<Packed> packed;
  private final Tiers tiers;
  private final int threads;
  private final int threadsAsked;
  private final Teams.OfOneSize teams;
  private final Found target;

  CpuExecutable(
      Program program, List<RegionKernel> kernels, int threadsAsked, Teams teams, Found target) {
    this.target = target;
    this.program = program;
    this.kernels = List.copyOf(kernels);
    packed = kernels.stream().flatMap(kernel -> kernel.packed().stream()).toList();
    tiers = new Tiers(kernels);
    this.threadsAsked = threadsAsked;
    threads = Math.min(threadsAsked, Teams.mostThreads());
    this.teams = teams.of(threads);
  }

  @Override
  public List<Packed> packed() {
    return packed;
  }

  @Override
  public long scratchBytes() {
    long shared =
        kernels.stream().mapToLong(kernel -> kernel.scratchBytes(threads)).max().orElse(0);
    return residentBytes() + shared;
  }

  private long residentBytes() {
    return kernels.stream().mapToLong(kernel -> align(kernel.residentBytes())).sum();
  }

  private static long align(long bytes) {
    return Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
  }

  /// Calls an action for each kernel with its part of the memory.
  private void eachWithMemory(
      Addresses addresses, BiConsumer<RegionKernel, RegionKernel.Memory> action) {
    Iterator<Long> blocks = addresses.packed().iterator();
    long resident = addresses.scratch();
    long scratch = resident + residentBytes();
    for (RegionKernel kernel : kernels) {
      long block = kernel.packed().isPresent() ? blocks.next() : 0;
      action.accept(kernel, new RegionKernel.Memory(program, addresses, block, resident, scratch));
      resident += align(kernel.residentBytes());
    }
  }

  @Override
  public Runner bind(Addresses addresses) {
    Schedule alone = schedule(addresses, 1);
    Schedule shared = schedule(addresses, threads);
    if (!shared.isShared()) {
      return alone::runAlone;
    }
    var choice = new SharingChoice();
    return () -> {
      boolean isShared = choice.isShared();
      long start = System.nanoTime();
      boolean ran = isShared && teams.tryRun(shared);
      if (!ran) {
        alone.runAlone();
      }
      if (ran == isShared) { // and not alone because all teams were busy
        choice.ran(System.nanoTime() - start);
      }
    };
  }

  private Schedule schedule(Addresses addresses, int shares) {
    return new Schedule(phases(addresses, shares), shares);
  }

  /// What a run does, one after the other.
  ///
  /// @param shares parts of each phase at most
  List<Phase> phases(Addresses addresses, int shares) {
    var phases = new ArrayList<Phase>();
    eachWithMemory(addresses, (kernel, memory) -> phases.addAll(kernel.bind(memory, shares)));
    return phases;
  }

  @Override
  public boolean warmUp(Duration limit) {
    return tiers.warmUp(limit);
  }

  /// The kernels of all regions, each once.
  Set<TieredKernel> tieredKernels() {
    return kernels.stream()
        .flatMap(region -> region.kernels().stream())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  @Override
  public List<String> diagnostics() {
    List<String> lines = tiers.diagnostics();
    target.diagnostic().ifPresent(lines::add);
    if (threads < threadsAsked) {
      lines.add(
          "runs use "
              + threads
              + " threads, not "
              + threadsAsked
              + ": there are "
              + Runtime.getRuntime().availableProcessors()
              + " processors");
    }
    kernels.forEach(kernel -> lines.addAll(kernel.remarks()));
    return lines;
  }

  @Override
  public void close() {
    kernels.forEach(RegionKernel::close);
    // tiered kernels are collected when no program has them, and teams belong to all programs
  }
}
