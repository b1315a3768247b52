package dev.merapi.kernels.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.merapi.kernels.GuardedMemory;
import dev.merapi.kernels.calls.Calls;
import dev.merapi.kernels.product.EpilogueOperands;
import dev.merapi.kernels.target.TestTargets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/// Runs plans on arrays.
final class ConvRun {
  static final int WARM_RUNS = 20_000;
  private static final float NEVER_COMPUTED = 12345.5f;

  private ConvRun() {}

  static void warmUp(ConvPlan plan) {
    TestTargets.warmUp(plan.kernels());
  }

  /// Lets the vectors serve, without waiting for C2 to compile them.
  static void adopt(ConvPlan plan) {
    TestTargets.adopt(plan.kernels());
  }

  /// Runs all parts one after the other, in memory that ends the JVM if a kernel leaves it.
  ///
  /// @param operands for an epilogue: a row of one element a channel, or an array like the result
  static float[] run(
      ConvPlan plan, float[] first, float[] second, int length, int parts, Operand... operands) {
    return GuardedMemory.atBothEdges(memory -> {
      long a = memory.copy(first).address();
      long b = memory.copy(second).address();
      long packed = weights(plan, b, memory::allocate);
      float[] garbage = new float[length];
      Arrays.fill(garbage, NEVER_COMPUTED);
      MemorySegment result = memory.copy(garbage);
      MemorySegment workspace = memory.allocate(plan.workspaceBytes(parts), 64);
      workspace.fill((byte) 0x7f);
      var epilogue = new EpilogueOperands(operands.length);
      for (int i = 0; i < operands.length; i++) {
        long address = memory.copy(operands[i].values).address();
        epilogue.set(i, address, operands[i].channelBytes, operands[i].imageBytes);
      }
      var all = new ConvOperands(a, b, packed, result.address(), epilogue, workspace.address());
      for (int part = 0; part < parts; part++) {
        plan.calls(Calls.NOW, all, part, parts);
      }
      return result.toArray(ValueLayout.JAVA_FLOAT);
    });
  }

  /// Whether a part writes any element of the result.
  static boolean computes(
      ConvPlan plan, float[] first, float[] second, int length, int part, int parts) {
    try (Arena arena = Arena.ofConfined()) {
      long a = copy(first, arena).address();
      long b = copy(second, arena).address();
      long packed = weights(plan, b, arena);
      float[] garbage = new float[length];
      Arrays.fill(garbage, NEVER_COMPUTED);
      MemorySegment result = copy(garbage, arena);
      long workspace = arena.allocate(plan.workspaceBytes(parts), 64).address();
      var all = new ConvOperands(a, b, packed, result.address(), EpilogueOperands.NONE, workspace);
      plan.calls(Calls.NOW, all, part, parts);
      return !Arrays.equals(garbage, result.toArray(ValueLayout.JAVA_FLOAT));
    }
  }

  /// Bytes of Java heap that [#WARM_RUNS] runs take after as many others.
  static long bytesOfWarmRuns(ConvPlan plan, float[] first, float[] second, int length) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Arena arena = Arena.ofConfined()) {
      long a = copy(first, arena).address();
      long b = copy(second, arena).address();
      long packed = weights(plan, b, arena);
      long c = copy(new float[length], arena).address();
      long workspace = arena.allocate(plan.workspaceBytes(1), 64).address();
      var operands = new ConvOperands(a, b, packed, c, EpilogueOperands.NONE, workspace);
      long before = 0;
      for (int i = 0; i < 2 * WARM_RUNS; i++) {
        if (i == WARM_RUNS) {
          before = threads.getCurrentThreadAllocatedBytes();
        }
        plan.calls(Calls.NOW, operands, 0, 1);
      }
      return threads.getCurrentThreadAllocatedBytes() - before;
    }
  }

  /// An operand of an epilogue.
  record Operand(float[] values, long channelBytes, long imageBytes) {}

  /// The address of the packed form, 0 if the plan does not take it.
  private static long weights(ConvPlan plan, long w, SegmentAllocator allocator) {
    if (!(plan instanceof BankPlan bank) || !bank.takesPackedWeights()) {
      return 0;
    }
    MemorySegment packed = allocator.allocate(bank.weightBytes(), 64);
    bank.packWeights(Calls.NOW, w, packed.address());
    return packed.address();
  }

  private static MemorySegment copy(float[] values, Arena arena) {
    MemorySegment segment = arena.allocate(4L * values.length + 64, 64);
    MemorySegment.copy(values, 0, segment, ValueLayout.JAVA_FLOAT, 0, values.length);
    return segment;
  }

  static void assertSameBits(float[] expected, float[] actual, String what) {
    assertEquals(expected.length, actual.length, what);
    for (int i = 0; i < expected.length; i++) {
      boolean bothNan = Float.isNaN(expected[i]) && Float.isNaN(actual[i]);
      if (!bothNan) {
        int want = Float.floatToRawIntBits(expected[i]);
        String place = what + ": element " + i + " " + expected[i] + " " + actual[i];
        assertEquals(want, Float.floatToRawIntBits(actual[i]), place);
      }
    }
  }

  static void assertNear(double[] exact, float[] actual, String what) {
    for (int i = 0; i < exact.length; i++) {
      assertEquals(exact[i], actual[i], 1e-4, what + ": element " + i);
    }
  }
}
