package dev.merapi.kernels.cpu;

import dev.merapi.kernels.jit.TieredKernel;
import dev.merapi.kernels.jit.TieredKernel.State;
import dev.merapi.kernels.jit.VectorClasses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The kernels of a program that vectors are worth for, each once and in the order of their work:
/// their warm-up, and what there is to say of it.
final class Tiers {
  /// How long others wait for a kernel, such as somebody who stops waiting for a warm-up.
  private static final long TURN_NANOS = 50_000_000;

  private static final int NAMED = 4;

  /// With the places in the model that they serve.
  private final Map<TieredKernel, String> kernels = new LinkedHashMap<>();

  Tiers(List<RegionKernel> regions) {
    List<RegionKernel> tiered = new ArrayList<>();
    for (RegionKernel region : regions) {
      if (region.isWorthVectors() && !region.kernels().isEmpty()) {
        tiered.add(region);
      }
    }
    tiered.sort((a, b) -> Long.compare(b.work(), a.work()));
    for (RegionKernel region : tiered) {
      region.kernels().forEach(kernel -> kernels.putIfAbsent(kernel, region.label()));
    }
  }

  /// See [dev.merapi.spi.Executable#warmUp].
  boolean warmUp(Duration limit) {
    if (kernels.isEmpty() || VectorClasses.missing().isPresent()) {
      return true; // then the twins are the fastest there is
    }
    long end = System.nanoTime() + limit.toNanos();
    boolean done = true;
    for (TieredKernel kernel : kernels.keySet()) {
      long left = end - System.nanoTime();
      while (!kernel.state().isFinal() && left > 0 && !isInterrupted()) {
        kernel.warmUp(Duration.ofNanos(Math.min(left, TURN_NANOS)));
        left = end - System.nanoTime();
      }
      done &= kernel.state().isFinal();
    }
    return done;
  }

  private static boolean isInterrupted() {
    return Thread.currentThread().isInterrupted();
  }

  /// What somebody who wonders about speed should know, a sentence a line.
  List<String> diagnostics() {
    var lines = new ArrayList<String>();
    if (kernels.isEmpty()) {
      return lines;
    }
    add(
        lines,
        State.COLD,
        VectorClasses.missing()
            .map(reason -> "run without vectors: " + reason)
            .orElse("run without vectors yet; warmUp() brings them in"));
    add(lines, State.STUCK, "stay without vectors: the JIT did not compile them well");
    add(
        lines,
        State.SCALAR,
        VectorClasses.missing()
            .map(reason -> "have no vectors: " + reason)
            .orElse("have no vectors: their code is longer than the JIT takes"));
    add(lines, State.SLOW, "are slower than usual: the JIT compiled them badly");
    add(
        lines,
        State.REFUSED,
        "stay without vectors: the vector code gave other bits than its twin");
    return lines;
  }

  private void add(List<String> lines, State state, String what) {
    List<String> names =
        kernels.entrySet().stream()
            .filter(entry -> entry.getKey().state() == state)
            .map(entry -> entry.getKey().name() + " of " + entry.getValue())
            .toList();
    if (!names.isEmpty()) {
      String some = names.stream().limit(NAMED).collect(Collectors.joining("; "));
      String more = names.size() > NAMED ? "; and " + (names.size() - NAMED) + " more" : "";
      lines.add(
          names.size() + " of " + kernels.size() + " kernels " + what + " (" + some + more + ")");
    }
  }
}
