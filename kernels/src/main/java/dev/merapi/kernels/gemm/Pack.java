package dev.merapi.kernels.gemm;

import dev.merapi.kernels.emit.Kernel;
import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.TieredKernel;

/// The structure of a kernel that copies a strip of a matrix into a panel, `run(source, panel,
/// stepStride, lineStride, steps, extent)`: element `i` of step `k` goes to `panel + (k * width +
/// i) * 4`.
///
/// - `stepStride`: bytes in the source from one step to the next.
/// - `lineStride`: bytes in the source from one element of a step to the next.
/// - `steps`: how many k.
/// - `extent`: how many elements a step has, and the panel's width, packed by
///   [TileArguments#extent]. What lies in the panel behind a step's elements is left undefined; it
///   reaches only sums that nobody stores.
public sealed interface Pack {
  int SOURCE = 0;
  int PANEL = 1;
  int STEP_STRIDE = 2;
  int LINE_STRIDE = 3;
  int STEPS = 4;
  int EXTENT = 5;

  /// The kernel of this structure, shared through the cache.
  default TieredKernel in(KernelCache cache) {
    return cache.get(
        this, () -> new TieredKernel(new PackTwin(), this::vector, new PackTrial(this)));
  }

  /// Emits the vector form.
  Kernel vector();

  /// The widest lanes that the kernel moves at once; fewer elements than these it cannot take.
  Lanes lanes();

  /// Steps lie row by row: each is copied by `vectors` vectors, the last of which overlaps its
  /// neighbour where the elements are no multiple of the lanes. The line stride is 4.
  record Straight(int vectors, Lanes lanes) implements Pack {
    @Override
    public Kernel vector() {
      return PackCode.straight(this);
    }
  }

  /// Lines lie row by row: square blocks are transposed in registers. The step stride is 4, and
  /// there must be as many lines and steps as lanes at least.
  record Transposing(Lanes lanes) implements Pack {
    @Override
    public Kernel vector() {
      return PackCode.transposing(this);
    }
  }

  /// Any strides, one element at a time.
  record Elements() implements Pack {
    @Override
    public Kernel vector() {
      return new PackTwin();
    }

    @Override
    public Lanes lanes() {
      return Lanes.SCALAR;
    }
  }
}
