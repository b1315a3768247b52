package dev.merapi.kernels.target;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.machine.CodePages;
import dev.merapi.kernels.machine.Cpu.Level;
import dev.merapi.kernels.target.MachineTarget.Result;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MachineTargetTest {
  private static MachineTarget target() {
    Result result = MachineTarget.upTo(Level.AVX512);
    assumeTrue(result instanceof Result.Found, result.toString());
    return ((Result.Found) result).target();
  }

  /// Writes a number.
  private static Routine storing(long number) {
    RoutineBuilder b = new RoutineBuilder("store");
    Ptr to = b.pointer("to");
    Int count = b.integer("count");
    b.loop(count, i -> to.at(i, 8).store(MemoryType.I64, b.constant(number)));
    return b.build();
  }

  private static long stored(Kernel kernel) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(16, 8);
      kernel.run(memory.address(), 2, 0, 0, 0, 0);
      assertEquals(memory.get(ValueLayout.JAVA_LONG, 0), memory.get(ValueLayout.JAVA_LONG, 8));
      return memory.get(ValueLayout.JAVA_LONG, 0);
    }
  }

  @Test
  void callsOfEitherKindRunTheRoutine() {
    try (MachineKernel kernel = target().kernel("k", () -> storing(7)).orElseThrow()) {
      assertEquals(7, stored(kernel));
      assertEquals(7, stored(kernel.lasting()));
    }
  }

  @Test
  void equalKeysShareCodeUntilTheLastOneIsClosed() {
    MachineTarget target = target();
    var made = new AtomicInteger();
    MachineKernel first = target.kernel("a", () -> counted(made, 1)).orElseThrow();
    MachineKernel second = target.kernel("a", () -> counted(made, 1)).orElseThrow();
    MachineKernel other = target.kernel("b", () -> counted(made, 2)).orElseThrow();
    assertEquals(2, made.get());
    assertEquals(2, target.size());
    first.close();
    first.close();
    assertEquals(1, stored(second));
    assertEquals(2, stored(other));
    second.close();
    assertEquals(1, target.size());
    other.close();
    try (MachineKernel again = target.kernel("a", () -> counted(made, 3)).orElseThrow()) {
      assertEquals(3, stored(again));
    }
    assertEquals(3, made.get());
  }

  private static Routine counted(AtomicInteger made, long number) {
    made.incrementAndGet();
    return storing(number);
  }

  @Test
  void pagesAreGivenBack() {
    MachineTarget target = target();
    long before = bytes();
    for (int i = 0; i < 1000; i++) {
      int number = i;
      MachineKernel kernel = target.kernel(i, () -> storing(number)).orElseThrow();
      assertTrue(bytes() > before);
      kernel.close();
    }
    assertEquals(before, bytes());
  }

  @Test
  void codeOfOneProgramIsOneMapping() {
    MachineTarget target = target();
    long before = bytes();
    MachineTarget together = target.together();
    List<MachineKernel> kernels =
        IntStream.range(0, 20)
            .mapToObj(i -> together.kernel(i, () -> storing(i)).orElseThrow())
            .toList();
    assertThrows(IllegalStateException.class, () -> stored(kernels.getFirst()));
    assertEquals(before, bytes());
    assertTrue(together.place());
    assertEquals(before + 4096, bytes());
    MachineKernel shared = target.kernel(7, () -> storing(0)).orElseThrow();
    for (int i = 0; i < 20; i++) {
      assertEquals(i, stored(kernels.get(i)));
      kernels.get(i).close();
    }
    assertEquals(before + 4096, bytes());
    assertEquals(7, stored(shared));
    shared.close();
    assertEquals(before, bytes());
    assertEquals(0, target.size());
  }

  @Test
  void whoeverIsReadyFirstPlacesWhatTwoProgramsShare() {
    MachineTarget target = target();
    MachineTarget slow = target.together();
    MachineTarget fast = target.together();
    MachineKernel own = slow.kernel("own", () -> storing(1)).orElseThrow();
    MachineKernel first = slow.kernel("both", () -> storing(2)).orElseThrow();
    MachineKernel second = fast.kernel("both", () -> storing(0)).orElseThrow();
    assertTrue(fast.place());
    assertEquals(2, stored(second));
    second.close();
    assertTrue(slow.place());
    assertEquals(1, stored(own));
    assertEquals(2, stored(first));
    own.close();
    first.close();
    assertEquals(0, target.size());
  }

  @Test
  void whatIsClosedBeforeItIsPlacedNeverIs() {
    MachineTarget target = target();
    long before = bytes();
    MachineTarget together = target.together();
    together.kernel("a", () -> storing(1)).orElseThrow().close();
    assertTrue(together.place());
    assertEquals(before, bytes());
    assertEquals(0, target.size());
  }

  @Test
  void anErrorComesOutWhereKernelsArePlacedAndLeavesNothing() {
    MachineTarget target = target();
    long before = bytes();
    MachineTarget together = target.together();
    List<MachineKernel> kernels =
        IntStream.range(0, 20)
            .mapToObj(i -> together.kernel(i, () -> i == 7 ? failing() : storing(i)).orElseThrow())
            .toList();
    var error = assertThrows(IllegalArgumentException.class, together::place);
    assertEquals("seven", error.getMessage());
    kernels.forEach(MachineKernel::close);
    assertEquals(before, bytes());
    assertEquals(0, target.size());
    assertThrows(
        IllegalArgumentException.class, () -> target.kernel(7, MachineTargetTest::failing));
    assertEquals(0, target.size());
    try (MachineKernel again = target.kernel(7, () -> storing(7)).orElseThrow()) {
      assertEquals(7, stored(again));
    }
  }

  private static Routine failing() {
    throw new IllegalArgumentException("seven");
  }

  @Test
  void whereCodeLiesDoesNotDependOnThreads() {
    byte[] alone = program(new CompilerThreads(0));
    for (int threads = 1; threads <= 3; threads++) {
      assertArrayEquals(alone, program(new CompilerThreads(threads)));
    }
  }

  /// The mapping of a program of a store of its own, from its first kernel on.
  private static byte[] program(CompilerThreads threads) {
    MachineTarget together = target().together(threads);
    List<MachineKernel> kernels =
        IntStream.range(0, 40)
            .mapToObj(i -> together.kernel(i % 30, () -> storing(1L << i)).orElseThrow())
            .toList();
    assertTrue(together.place());
    long first = kernels.getFirst().entry();
    long end = kernels.stream().mapToLong(MachineKernel::entry).max().orElseThrow() + 64;
    byte[] bytes =
        MemorySegment.ofAddress(first).reinterpret(end - first).toArray(ValueLayout.JAVA_BYTE);
    kernels.forEach(MachineKernel::close);
    return bytes;
  }

  @Test
  void programsOfSeveralThreadsCompileWhatTheyShareOnce() throws Exception {
    MachineTarget target = target();
    long before = bytes();
    var made = new AtomicInteger();
    var start = new CyclicBarrier(4);
    List<FutureTask<List<MachineKernel>>> programs =
        Stream.generate(() ->
                new FutureTask<>(() -> {
                  start.await();
                  MachineTarget together = target.together();
                  List<MachineKernel> kernels =
                      IntStream.range(0, 30)
                          .mapToObj(i -> together.kernel(i, () -> counted(made, i)))
                          .map(Optional::orElseThrow)
                          .toList();
                  assertTrue(together.place());
                  return kernels;
                }))
            .limit(4)
            .toList();
    programs.forEach(each -> new Thread(each).start());
    for (var program : programs) {
      List<MachineKernel> kernels = program.get();
      for (int i = 0; i < kernels.size(); i++) {
        assertEquals(i, stored(kernels.get(i)));
      }
    }
    assertEquals(30, made.get());
    for (var program : programs) {
      program.get().forEach(MachineKernel::close);
    }
    assertEquals(before, bytes());
    assertEquals(0, target.size());
  }

  private static long bytes() {
    return ((CodePages.Result.Pages) CodePages.host()).pages().bytes();
  }

  @Test
  void codeThatNobodyClosesIsCollected() throws InterruptedException {
    MachineTarget target = target();
    for (int i = 0; i < 100; i++) {
      int number = i;
      assertEquals(number, stored(target.kernel(i, () -> storing(number)).orElseThrow()));
    }
    for (int i = 0; i < 200 && target.size() > 0; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertEquals(0, target.size());
  }

  @Test
  void theLevelLimitsRegisters() {
    if (MachineTarget.upTo(Level.AVX2) instanceof Result.Found(MachineTarget target)) {
      assertEquals(8, target.registerLanes());
      assertEquals("AVX2", target.toString());
    }
    assertTrue(
        MachineTarget.upTo(Level.NONE) instanceof Result.None(String reason)
            && reason.contains("AVX2"));
  }
}
