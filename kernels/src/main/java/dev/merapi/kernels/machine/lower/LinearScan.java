package dev.merapi.kernels.machine.lower;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Gives registers places: in the order of their starts, each a place that nobody needs in its
/// ranges. If there is none, whoever costs least without a place gives way.
final class LinearScan {
  /// What a constant costs, which is read from memory by its users, beside others.
  private static final double CONSTANT = 0.3;

  private final Places places;
  private final int[] calls;
  private final List<Reg> spilled = new ArrayList<>();

  private LinearScan(Places places, int[] calls) {
    this.places = places;
    this.calls = calls;
  }

  /// Places all registers of a routine that are needed.
  ///
  /// @param calls positions at which only preserved registers keep their values
  /// @return the registers for which there was none
  static List<Reg> run(Lir lir, Places places, int[] calls) {
    LinearScan scan = new LinearScan(places, calls);
    for (Reg.Kind kind : Reg.Kind.values()) {
      List<Reg> all = new ArrayList<>();
      for (Reg reg : lir.registers) {
        if (reg.kind == kind && reg.found() == reg && reg.isNeeded()) {
          reg.place = Reg.NOWHERE;
          all.add(reg);
        }
      }
      Collections.sort(all);
      scan.scan(all, places.of(kind));
    }
    return scan.spilled;
  }

  private void scan(List<Reg> all, int[] order) {
    List<List<Reg>> holders = new ArrayList<>();
    for (int i = 0; i < order.length; i++) {
      holders.add(new ArrayList<>());
    }
    for (Reg reg : all) {
      boolean crosses = calls.length > 0 && reg.covers(calls, calls.length);
      int found = find(reg, order, holders, crosses);
      if (found < 0) {
        found = makeRoom(reg, order, holders, crosses);
      }
      if (found < 0) {
        if (reg.isBrief) {
          throw new IllegalStateException("no register left: kind=" + reg.kind);
        }
        spilled.add(reg);
      } else {
        holders.get(found).add(reg);
        reg.place = order[found];
      }
    }
  }

  private boolean isAllowed(Reg reg, int place, boolean crosses) {
    return !crosses || places.isPreserved(reg.kind, place);
  }

  private int find(Reg reg, int[] order, List<List<Reg>> holders, boolean crosses) {
    int first = -1;
    for (int i = 0; i < order.length; i++) {
      boolean isWished = order[i] == reg.wish;
      if ((first < 0 || isWished)
          && isAllowed(reg, order[i], crosses)
          && isFree(reg, holders.get(i))) {
        if (isWished || reg.wish == Reg.NOWHERE) {
          return i;
        }
        first = i;
      }
    }
    return first;
  }

  /// Whether no holder of a place needs it at the same time. Who has ended is forgotten.
  private static boolean isFree(Reg reg, List<Reg> holders) {
    int start = reg.start();
    for (int i = holders.size() - 1; i >= 0; i--) {
      Reg holder = holders.get(i);
      if (holder.end() <= start) {
        holders.remove(i);
      } else if (holder.intersects(reg)) {
        return false;
      }
    }
    return true;
  }

  private static double cost(Reg reg) {
    if (reg.isBrief) {
      return Double.POSITIVE_INFINITY;
    }
    return reg.weight * (reg.literal == null ? 1 : CONSTANT) / (reg.length() + 8);
  }

  private int makeRoom(Reg reg, int[] order, List<List<Reg>> holders, boolean crosses) {
    double least = cost(reg);
    int best = -1;
    for (int i = 0; i < order.length; i++) {
      if (isAllowed(reg, order[i], crosses)) {
        double sum = 0;
        for (Reg holder : holders.get(i)) {
          if (holder.intersects(reg)) {
            sum += cost(holder);
          }
        }
        if (sum < least) {
          least = sum;
          best = i;
        }
      }
    }
    if (best >= 0) {
      List<Reg> own = holders.get(best);
      for (int i = own.size() - 1; i >= 0; i--) {
        Reg holder = own.get(i);
        if (holder.intersects(reg)) {
          holder.place = Reg.NOWHERE;
          spilled.add(holder);
          own.remove(i);
        }
      }
    }
    return best;
  }
}
