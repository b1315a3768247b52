package dev.merapi.kernels.cpu;

import dev.merapi.graph.CustomCall;
import dev.merapi.graph.DType;
import dev.merapi.graph.TensorType;
import dev.merapi.spi.Region;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// Runs the reference of a user's operation on copies of its operands. The one kernel that
/// allocates on the heap, and says so.
final class CustomKernel implements RegionKernel {
  private static final MemorySegment ALL = dev.merapi.kernels.jit.Memory.ALL;

  private final Region.UserDefined region;
  private final CustomCall call;

  CustomKernel(Region.UserDefined region) {
    this.region = region;
    this.call = region.call();
  }

  @Override
  public String label() {
    return region.label();
  }

  @Override
  public List<Phase> bind(Memory memory, int threads) {
    var operands = region.operands().stream().map(each -> memory.address(each.buffer())).toList();
    var results = region.results().stream().map(each -> memory.address(each.buffer())).toList();
    return List.of(Phase.single(() -> run(operands, results)));
  }

  private void run(List<Long> operands, List<Long> addresses) {
    var values = new ArrayList<double[]>();
    for (int i = 0; i < operands.size(); i++) {
      values.add(read(operands.get(i), region.operands().get(i).type()));
    }
    List<double[]> results = call.evaluate(values);
    for (int i = 0; i < results.size(); i++) {
      write(addresses.get(i), call.results().get(i).dtype(), results.get(i));
    }
  }

  private static double[] read(long address, TensorType type) {
    var values = new double[Math.toIntExact(type.shape().elements())];
    for (int i = 0; i < values.length; i++) {
      long at = address + 4L * i;
      values[i] =
          type.dtype().isFloat()
              ? ALL.get(ValueLayout.JAVA_FLOAT, at)
              : ALL.get(ValueLayout.JAVA_INT, at);
    }
    return values;
  }

  private static void write(long address, DType dtype, double[] values) {
    for (int i = 0; i < values.length; i++) {
      long at = address + 4L * i;
      switch (dtype) {
        case F32 -> ALL.set(ValueLayout.JAVA_FLOAT, at, (float) values[i]);
        case I32 -> ALL.set(ValueLayout.JAVA_INT, at, (int) values[i]);
        case BOOL -> ALL.set(ValueLayout.JAVA_INT, at, values[i] != 0 ? 1 : 0);
      }
    }
  }

  @Override
  public List<String> remarks() {
    return List.of(region.op().name() + " at " + region.label() + " runs its reference in Java");
  }
}
