package dev.merapi.kernels.cpu;

import dev.merapi.kernels.jit.TieredKernel;
import dev.merapi.kernels.product.Blocks;
import dev.merapi.kernels.target.MachineKernel;
import dev.merapi.kernels.target.Targets.Found;
import dev.merapi.spi.Addresses;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.Executable;
import dev.merapi.spi.Packed;
import dev.merapi.spi.Program;
import dev.merapi.spi.Runner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/// The kernels of one program.
final class CpuExecutable implements Executable {
  private final Program program;
  private final List<RegionKernel> kernels;
  private final List<Packed> packed;
  private final Tiers tiers;
  private final int threads;
  private final int threadsAsked;
  private final Teams.OfOneSize teams;
  private final Found target;

  private final Optional<MachineKernel> walk;

  /// The calls of a run by one thread.
  private final WrittenCalls alone;

  /// The calls of a run by all threads.
  private final WrittenCalls shared;

  /// @param walk walks along calls that are written down, where kernels are machine code; closed
  ///   with this
  CpuExecutable(
      Program program,
      List<RegionKernel> kernels,
      Optional<MachineKernel> walk,
      int threadsAsked,
      Teams teams,
      Found target) {
    this.target = target;
    this.program = program;
    this.kernels = List.copyOf(kernels);
    packed = kernels.stream().flatMap(kernel -> kernel.packed().stream()).toList();
    tiers = new Tiers(kernels);
    this.threadsAsked = threadsAsked;
    threads = Math.min(threadsAsked, Teams.mostThreads());
    this.teams = teams.of(threads);
    this.walk = walk;
    this.alone = count(1);
    this.shared = threads == 1 ? WrittenCalls.none(1) : count(threads);
  }

  private WrittenCalls count(int shares) {
    return walk.isEmpty()
        ? WrittenCalls.none(shares)
        : WrittenCalls.of(phases(nowhere(), false, shares), shares);
  }

  /// Addresses of a program that is not bound yet.
  private Addresses nowhere() {
    var places = new HashMap<Buffer, Long>();
    for (Buffer buffer : program.buffers()) {
      places.put(buffer, 0L);
    }
    return new Addresses(places, Collections.nCopies(packed.size(), 0L), 0, 0);
  }

  @Override
  public List<Packed> packed() {
    return packed;
  }

  @Override
  public long scratchBytes() {
    long most = kernels.stream().mapToLong(kernel -> kernel.scratchBytes(threads)).max().orElse(0);
    return residentBytes() + writtenBytes() + most;
  }

  private long residentBytes() {
    return kernels.stream().mapToLong(kernel -> Blocks.align(kernel.residentBytes())).sum();
  }

  private long writtenBytes() {
    return Blocks.align(alone.bytes()) + Blocks.align(shared.bytes());
  }

  /// Calls an action for each kernel with its part of the memory.
  private void eachWithMemory(
      Addresses addresses, boolean isThere, BiConsumer<RegionKernel, RegionKernel.Memory> action) {
    Iterator<Long> blocks = addresses.packed().iterator();
    long resident = addresses.scratch();
    long scratch = isThere ? resident + residentBytes() + writtenBytes() : 0;
    for (RegionKernel kernel : kernels) {
      long block = kernel.packed().isPresent() ? blocks.next() : 0;
      action.accept(
          kernel, new RegionKernel.Memory(program, addresses, block, resident, scratch, isThere));
      resident += Blocks.align(kernel.residentBytes());
    }
  }

  @Override
  public Runner bind(Addresses addresses) {
    long table = addresses.scratch() + residentBytes();
    Schedule one = schedule(addresses, 1, alone, table);
    if (threads > 1) {
      Schedule all = schedule(addresses, threads, shared, table + Blocks.align(alone.bytes()));
      if (all.isShared()) {
        return new Shared(one, all, teams, new SharingChoice());
      }
    }
    return new Alone(one);
  }

  /// Runs in the caller's thread.
  private record Alone(Schedule schedule) implements Runner {
    @Override
    public void run() {
      schedule.runAlone();
    }

    @Override
    public void rehearse() {
      schedule.rehearse();
    }
  }

  /// Runs in a team of threads or, if none is free or that takes longer, alone.
  private record Shared(
      Schedule alone, Schedule schedule, Teams.OfOneSize teams, SharingChoice choice)
      implements Runner {
    @Override
    public void run() {
      boolean isShared = choice.isShared();
      long start = System.nanoTime();
      boolean ran = isShared && teams.tryRun(schedule);
      if (!ran) {
        alone.runAlone();
      }
      if (ran == isShared) { // and not alone because all teams were busy
        choice.ran(System.nanoTime() - start);
      }
    }

    @Override
    public void rehearse() {
      alone.rehearse();
    }
  }

  private Schedule schedule(Addresses addresses, int shares, WrittenCalls calls, long table) {
    List<Phase> phases = phases(addresses, shares);
    return new Schedule(
        walk.map(kernel -> calls.write(phases, table, kernel, this)).orElse(phases), shares);
  }

  /// What a run does, one after the other.
  ///
  /// @param shares parts of each phase at most
  List<Phase> phases(Addresses addresses, int shares) {
    return phases(addresses, true, shares);
  }

  private List<Phase> phases(Addresses addresses, boolean isThere, int shares) {
    var phases = new ArrayList<Phase>();
    eachWithMemory(
        addresses, isThere, (kernel, memory) -> phases.addAll(kernel.bind(memory, shares)));
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
    walk.ifPresent(MachineKernel::close);
    // tiered kernels are collected when no program has them, and teams belong to all programs
  }
}
