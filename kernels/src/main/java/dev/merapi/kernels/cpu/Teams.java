package dev.merapi.kernels.cpu;

import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// The teams that all models share: for each number of threads as many as there are processors for,
/// made when the first run needs them. A run that finds all of them busy goes on alone, with the
/// same bits.
final class Teams {
  /// More threads than that are never used, if there are no more processors.
  private static final int ENOUGH = 16;

  private final ConcurrentHashMap<Integer, OfOneSize> bySize = new ConcurrentHashMap<>();

  /// The most threads that a run is given.
  static int mostThreads() {
    return Math.max(ENOUGH, Runtime.getRuntime().availableProcessors());
  }

  /// @param threads of a team, with the caller
  OfOneSize of(int threads) {
    return bySize.computeIfAbsent(threads, OfOneSize::new);
  }

  /// Teams of one number of threads.
  static final class OfOneSize {
    private final int threads;
    private final int most;
    private volatile Team[] teams = {};

    private OfOneSize(int threads) {
      this.threads = threads;
      this.most = Math.max(1, Runtime.getRuntime().availableProcessors() / threads);
    }

    /// Runs a schedule made for as many threads. False if all teams are busy.
    boolean tryRun(Schedule work) {
      boolean retired = false;
      Team[] known = teams;
      for (Team team : known) {
        if (team.tryRun(work)) {
          return true;
        }
        retired |= team.isRetired();
      }
      return (retired || known.length < most) && add().tryRun(work);
    }

    /// The last team, which is new if there is room for one.
    private synchronized Team add() {
      Team[] working = Stream.of(teams).filter(team -> !team.isRetired()).toArray(Team[]::new);
      if (working.length < most) {
        working = Arrays.copyOf(working, working.length + 1);
        working[working.length - 1] = new Team(threads);
      }
      teams = working;
      return working[working.length - 1];
    }
  }
}
