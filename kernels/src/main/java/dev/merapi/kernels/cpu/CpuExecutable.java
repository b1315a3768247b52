package dev.merapi.kernels.cpu;

import dev.merapi.kernels.emit.C2;
import dev.merapi.kernels.emit.TieredKernel;
import dev.merapi.kernels.emit.TieredKernel.State;
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
import java.util.stream.Stream;

/// The kernels of one program.
final class CpuExecutable implements Executable {
  private static final Duration LONGEST_WARM_UP = Duration.ofSeconds(20);
  private static final long ALIGNMENT = 64;

  private final Program program;
  private final List<RegionKernel> kernels;
  private final List<Packed> packed;
  private final int threads;
  private final int threadsAsked;
  private final Teams.OfOneSize teams;

  CpuExecutable(Program program, List<RegionKernel> kernels, int threadsAsked, Teams teams) {
    this.program = program;
    this.kernels = List.copyOf(kernels);
    packed = kernels.stream().flatMap(kernel -> kernel.packed().stream()).toList();
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
    return () -> {
      if (!teams.tryRun(shared)) {
        alone.runAlone();
      }
    };
  }

  private Schedule schedule(Addresses addresses, int shares) {
    var phases = new ArrayList<Phase>();
    eachWithMemory(addresses, (kernel, memory) -> phases.addAll(kernel.bind(memory, shares)));
    return new Schedule(phases, shares);
  }

  @Override
  public void warmUp() {
    if (C2.missing().isPresent()) {
      return; // the twins are the fastest there is
    }
    worthVectors().forEach(kernel -> kernel.warmUp(LONGEST_WARM_UP));
  }

  /// The kernels of all regions, each once.
  Set<TieredKernel> tieredKernels() {
    return kernelsOf(kernels.stream());
  }

  private Set<TieredKernel> worthVectors() {
    return kernelsOf(kernels.stream().filter(RegionKernel::isWorthVectors));
  }

  private static Set<TieredKernel> kernelsOf(Stream<RegionKernel> regions) {
    return regions
        .flatMap(region -> region.kernels().stream())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  @Override
  public List<String> diagnostics() {
    var lines = new ArrayList<String>();
    Set<TieredKernel> all = worthVectors();
    long cold = count(all, State.COLD);
    long slow = count(all, State.SLOW);
    long refused = count(all, State.REFUSED);
    if (cold > 0) {
      lines.add(
          cold
              + " of "
              + all.size()
              + " kernels run without vectors"
              + C2.missing().map(reason -> ": " + reason).orElse("; warmUp() brings them in"));
    }
    if (slow > 0) {
      lines.add(
          slow
              + " of "
              + all.size()
              + " kernels are slower than usual: the JIT compiled them badly");
    }
    if (refused > 0) {
      lines.add(
          refused + " kernels run without vectors: the vector code gave other bits than its twin");
    }
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

  private static long count(Set<TieredKernel> kernels, State state) {
    return kernels.stream().filter(kernel -> kernel.state() == state).count();
  }

  @Override
  public void close() {
    // kernels are collected when no program has them, and teams belong to all programs
  }
}
