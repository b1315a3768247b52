package dev.merapi.kernels.emit;

import java.util.function.IntFunction;

/// Emits the steps between `2 * L` neighbouring floats and the `L` even and `L` odd ones of them.
///
/// @param low a local for vectors
/// @param high another one
public record Pairs(LaneCode lane, int low, int high) {
  /// Takes `2 * L` floats apart. Then [#pushEven] and [#pushOdd] push what was found, any number of
  /// times.
  ///
  /// @param address gives the code that pushes the address of the float of that number
  public void load(IntFunction<Runnable> address) {
    loadHalf(address.apply(0), low);
    loadHalf(address.apply(lane.lanes().count()), high);
  }

  /// The same for elements that masks in two locals select, zeros for the others, whose memory is
  /// not touched.
  public void loadMasked(IntFunction<Runnable> address, int lowMask, int highMask) {
    lane.loadMasked(Element.F32, address.apply(0), lowMask);
    lane.unzip();
    lane.storeLocal(Element.F32, low);
    lane.loadMasked(Element.F32, address.apply(lane.lanes().count()), highMask);
    lane.unzip();
    lane.storeLocal(Element.F32, high);
  }

  private void loadHalf(Runnable address, int local) {
    lane.load(Element.F32, address);
    lane.unzip();
    lane.storeLocal(Element.F32, local);
  }

  public void pushEven() {
    lane.loadLocal(Element.F32, low);
    lane.loadLocal(Element.F32, high);
    lane.swapLanes(half());
    lane.mergeUpper(half());
  }

  public void pushOdd() {
    lane.loadLocal(Element.F32, low);
    lane.swapLanes(half());
    lane.loadLocal(Element.F32, high);
    lane.mergeUpper(half());
  }

  /// Writes `2 * L` floats, the even ones from one vector and the odd ones from another. The
  /// vectors must be in the locals of this record: even ones in `low`, odd ones in `high`.
  public void store(IntFunction<Runnable> address) {
    lane.store(
        Element.F32,
        () -> {
          pushEven();
          lane.zip();
        },
        address.apply(0));
    lane.store(
        Element.F32,
        () -> {
          pushOdd();
          lane.zip();
        },
        address.apply(lane.lanes().count()));
  }

  private int half() {
    return lane.lanes().count() / 2;
  }
}
