package dev.merapi.kernels.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.graph.DType;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.kernels.jit.KernelCache;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.kernels.target.BytecodeTarget;
import dev.merapi.kernels.target.PlanKernels;
import dev.merapi.spi.LoopNest;
import java.lang.management.ClassLoadingMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelSharingTest {
  /// The kernels of a plan of one nest.
  private static PlanKernels compile(LoopNest nest, KernelCache cache) {
    var kernels = new PlanKernels(new BytecodeTarget(Lanes.widest(), cache));
    LoopKernel.compile(nest, kernels);
    return kernels;
  }

  /// `x * constant`.
  private static LoopNest scaling(int size, double constant) {
    NestMaker nest = NestMaker.loops(1, size);
    int x = nest.load(NestMaker.buffer(0, DType.F32, size), 0, 1);
    int y = nest.apply(ScalarPrimitive.MUL, x, nest.f32(constant));
    return nest.store(NestMaker.buffer(1, DType.F32, size), y, 0, 1).nest("scaling");
  }

  @Test
  void sizesDoNotMatterButConstantsDo() {
    KernelCache cache = new KernelCache();
    PlanKernels first = compile(scaling(100, 2), cache);
    PlanKernels larger = compile(scaling(7_000, 2), cache);
    PlanKernels other = compile(scaling(100, 3), cache);
    assertSame(first.tiers().getFirst(), larger.tiers().getFirst());
    assertNotSame(first.tiers().getFirst(), other.tiers().getFirst());
    assertEquals(2, cache.size());
  }

  @Test
  void classesThatNobodyUsesAreGivenBack() throws InterruptedException {
    ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
    KernelCache cache = new KernelCache();
    int kernels = 500;
    long before = classes.getUnloadedClassCount();
    for (int i = 0; i < kernels; i++) {
      compile(scaling(100, i), cache);
    }
    int wanted = 2 * kernels; // the vector class and its twin
    // dead entries reach the cache's queue some time after the collection
    for (int i = 0;
        i < 200 && (cache.size() > 0 || classes.getUnloadedClassCount() - before < wanted);
        i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertTrue(
        classes.getUnloadedClassCount() - before >= wanted,
        "unloaded=" + (classes.getUnloadedClassCount() - before));
    assertEquals(0, cache.size());
  }

  @Test
  void aDumpHoldsTheClassesAndTheirRoutine(@TempDir Path folder) throws java.io.IOException {
    System.setProperty("merapi.dump", folder.toString());
    try {
      compile(scaling(100, 5), new KernelCache());
    } finally {
      System.clearProperty("merapi.dump");
    }
    try (var files = Files.list(folder)) {
      var names = files.map(file -> file.getFileName().toString()).sorted().toList();
      assertEquals(4, names.size(), names::toString);
      String listing = Files.readString(folder.resolve(names.get(1)));
      assertTrue(listing.contains("= mul f32x16"), listing);
    }
  }
}
