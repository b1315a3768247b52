package dev.merapi.kernels.bytecode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Var;
import dev.merapi.kernels.ir.build.Vec;
import dev.merapi.kernels.ir.pass.Passes;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Plain bytecode does what the interpreter does. More routines: `-Dmerapi.test.routines=100000`.
class ScalarTargetTest {
  private static final int COUNT = Integer.getInteger("merapi.test.routines", 500);

  @Test
  void drawnRoutines() {
    DrawnKernels kernels = new DrawnKernels(Passes::run, ScalarTarget::compile);
    for (long seed = 0; seed < COUNT; seed++) {
      kernels.check(seed);
    }
    assertEquals(Set.of(), kernels.missing());
  }

  @Test
  void withoutPasses() {
    DrawnKernels kernels = new DrawnKernels(UnaryOperator.identity(), ScalarTarget::compile);
    for (long seed = 0; seed < COUNT / 4; seed++) {
      kernels.check(seed);
    }
  }

  @Test
  void drawnRoutinesInParts() {
    for (int part : new int[] {1000, 6000}) {
      DrawnKernels kernels =
          new DrawnKernels(Passes::run, each -> ScalarTarget.compileInParts(each, part));
      for (long seed = 0; seed < COUNT / 6; seed++) {
        kernels.check(seed);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.merapi.kernels.bytecode.SampleRuns#all")
  void samples(SampleRuns sample) {
    assertArrayEquals(sample.interpreted(), sample.after(ScalarTarget.compile(sample.routine())));
  }

  /// A routine that no method holds is cut into several.
  @Test
  void aLongRoutine() {
    RoutineBuilder builder = new RoutineBuilder("long");
    Ptr x = builder.pointer("x");
    Int n = builder.integer("n");
    Var<Vec> product = builder.variable("product", x.here().load(MemoryType.F32, 16));
    Var<Int> steps = builder.variable("steps", n);
    builder.loop(
        n,
        i -> {
          for (int step = 0; step < 400; step++) {
            Vec factor = x.at(Integer.BYTES * (step % 32)).loadSplat(MemoryType.F32, 16);
            product.set(product.get().swap(1 << step % 4).fma(factor, product.get()));
            steps.set(steps.get().times(3).plus(i));
          }
        });
    x.at(200).store(MemoryType.F32, product.get());
    x.at(300).store(MemoryType.I64, steps.get());
    SampleRuns run = new SampleRuns(builder.build(), false, List.of(400), List.of(3L));
    assertArrayEquals(run.interpreted(), run.after(ScalarTarget.compile(run.routine())));
  }
}
