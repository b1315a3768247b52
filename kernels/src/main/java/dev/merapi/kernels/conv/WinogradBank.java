package dev.merapi.kernels.conv;

import dev.merapi.kernels.calls.Calls;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.target.BytecodeTarget;
import dev.merapi.kernels.target.MachineTarget;
import dev.merapi.kernels.target.PlanKernels;
import dev.merapi.kernels.target.Target;

/// The transformed weights of a Winograd convolution, `U = G g G'`, computed in double and rounded
/// once.
///
/// They lie in panels of some output channels: for each element of the transform and each input
/// channel the weights of the panel's channels, zeros where there are none.
///
/// @param rows output channels of a panel
record WinogradBank(Correlation problem, KernelOrder order, int rows) {
  /// @throws dev.merapi.MerapiException of kind `SHAPE` if kernels lie too far apart
  WinogradBank {
    Correlation.offset(order.outputStep(problem));
    Correlation.offset(order.channelStep(problem));
  }

  /// Panels of all groups.
  private int panels() {
    return problem.groups() * panelsOfGroup();
  }

  private int panelsOfGroup() {
    return Math.ceilDiv(problem.outputs(), rows);
  }

  /// Bytes of one panel and one element of the transform.
  long elementBytes() {
    return (long) problem.inputs() * rows * Float.BYTES;
  }

  private long panelBytes() {
    return Winograd.ELEMENTS * elementBytes();
  }

  long bytes() {
    return panels() * panelBytes();
  }

  /// Address of a panel.
  long panel(long packed, int panel) {
    return packed + panel * panelBytes();
  }

  /// The kernel that [#pack] calls.
  Kernel kernel(PlanKernels kernels) {
    Target target = kernels.target();
    int lanes =
        switch (target) {
          case MachineTarget _ -> target.registerLanes();
          // More would be too long for the JVM's compilers.
          case BytecodeTarget _ -> 1;
        };
    return new WinogradFilter(order, lanes).in(kernels).lasting();
  }

  /// Transforms all weights.
  ///
  /// @param kernel of [#kernel]
  /// @param w address of `w`
  /// @param packed address of [#bytes] bytes
  void pack(Calls calls, Kernel kernel, long w, long packed) {
    long kernelBytes = order.outputStep(problem) * Float.BYTES;
    long strides = PlaneCopy.pair(kernelBytes, order.channelStep(problem) * Float.BYTES);
    for (int panel = 0; panel < panels(); panel++) {
      int group = panel / panelsOfGroup();
      int output = panel % panelsOfGroup() * rows;
      int channels = Math.min(rows, problem.outputs() - output);
      calls.call(
          kernel,
          w + order.first(problem, group, output) * Float.BYTES,
          panel(packed, panel),
          WinogradFilterRoutine.extent(channels, rows, problem.inputs()),
          strides,
          elementBytes(),
          0);
    }
  }
}
