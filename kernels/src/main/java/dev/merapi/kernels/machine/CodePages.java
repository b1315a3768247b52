package dev.merapi.kernels.machine;

import dev.merapi.kernels.machine.Installation.Installed;
import dev.merapi.kernels.machine.Installation.Refused;
import dev.merapi.kernels.machine.PageSystem.Step;
import dev.merapi.kernels.x64.Code;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// Memory for machine code. It is written first and made executable then, and is never both.
public final class CodePages {
  private static final long PAGE = 4096;

  private final PageSystem system;
  private final SystemCalls calls;
  private final PerfMap perfMap;
  private final AtomicLong bytes = new AtomicLong();

  CodePages(PageSystem system, SystemCalls calls, PerfMap perfMap) {
    this.system = system;
    this.calls = calls;
    this.perfMap = perfMap;
  }

  /// Pages of this system, or why there are none.
  public static Result host() {
    return Host.PAGES;
  }

  /// Pages, or why there are none.
  public sealed interface Result {
    /// They can be had; whether code in them may run, each installation says.
    record Pages(CodePages pages) implements Result {}

    /// @param reason for people
    record None(String reason) implements Result {}
  }

  /// One for the process.
  private static final class Host {
    static final Result PAGES = find();

    private static Result find() {
      var system = PageSystem.host();
      if (system.isEmpty()) {
        return new Result.None(
            "machine code: unknown system, name=" + System.getProperty("os.name"));
      }
      return isDenied()
          ? new Result.None("machine code: native access is denied")
          : SystemCalls.of(system.get())
              .<Result>map(c -> new Result.Pages(new CodePages(system.get(), c, PerfMap.host())))
              .orElseGet(() -> new Result.None("machine code: native access is denied"));
    }

    private static boolean isDenied() {
      try {
        return MemorySegment.NULL.reinterpret(0).byteSize() != 0;
      } catch (IllegalCallerException _) {
        return true;
      }
    }
  }

  /// Copies kernels into pages of their own, all together, and makes these executable.
  ///
  /// @return the block, with the kernels in their order, or why the system refuses it
  public Installation install(List<KernelCode> kernels) {
    long[] offsets = new long[kernels.size()];
    long size = 0;
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = size;
      size += roundUp(kernels.get(i).code().size(), Code.ALIGNMENT);
    }
    long length = Math.max(PAGE, roundUp(size, PAGE));
    if (length > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("machine code: bytes=" + length);
    }
    Step allocate = system.allocate();
    long address = run(allocate, 0, length);
    if (!allocate.success().is(address)) {
      return new Refused("no memory for machine code: function=" + allocate.function());
    }
    bytes.addAndGet(length);
    boolean installed = false;
    try {
      copy(kernels, offsets, MemorySegment.ofAddress(address).reinterpret(length));
      Step protect = system.makeExecutable();
      if (!protect.success().is(run(protect, address, length))) {
        return new Refused("the system refuses executable memory: function=" + protect.function());
      }
      List<MemorySegment> entries = new ArrayList<>();
      for (int i = 0; i < offsets.length; i++) {
        KernelCode kernel = kernels.get(i);
        entries.add(MemorySegment.ofAddress(address + offsets[i]));
        perfMap.add(address + offsets[i], kernel.code().instructionBytes(), kernel.name());
      }
      var block = new CodeBlock(new CodeBlock.Mapping(this, address, length, entries));
      installed = true;
      return new Installed(block);
    } finally {
      if (!installed) {
        release(address, length);
      }
    }
  }

  /// By way of a buffer, as the first copy between an array and a segment takes 10 ms.
  private static void copy(List<KernelCode> kernels, long[] offsets, MemorySegment memory) {
    ByteBuffer buffer = memory.asByteBuffer();
    for (int i = 0; i < offsets.length; i++) {
      buffer.put((int) offsets[i], kernels.get(i).code().bytes());
    }
  }

  /// Gives memory back.
  void release(long address, long length) {
    Step release = system.release();
    if (release.success().is(run(release, address, length))) {
      bytes.addAndGet(-length);
    }
  }

  private long run(Step step, long address, long length) {
    if (!step.needsScratch()) {
      return calls.call(step.function(), step.arguments(address, length, 0));
    }
    try (Arena arena = Arena.ofConfined()) {
      long scratch = arena.allocate(ValueLayout.JAVA_INT).address();
      return calls.call(step.function(), step.arguments(address, length, scratch));
    }
  }

  /// The bytes of all pages that were not given back.
  public long bytes() {
    return bytes.get();
  }

  private static long roundUp(long size, long unit) {
    return Math.ceilDiv(size, unit) * unit;
  }
}
