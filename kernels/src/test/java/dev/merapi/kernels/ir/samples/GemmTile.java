package dev.merapi.kernels.ir.samples;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Var;
import dev.merapi.kernels.ir.build.Vec;
import java.util.ArrayList;
import java.util.List;

/// A tile of a product over packed panels, all sums in registers: for each step of k a vector of B
/// per column, and each element of A, broadcast, times all of them. An element of the result is a
/// chain of fused multiply-adds from zero.
public final class GemmTile {
  private static final MemoryType F32 = MemoryType.F32;

  private GemmTile() {}

  /// A routine of `(a, b, c, k, strideC)`: `a[k][rows]`, `b[k][vectors * lanes]`, `c` with
  /// `strideC` bytes between rows.
  public static Routine of(int rows, int vectors, int lanes) {
    RoutineBuilder r = new RoutineBuilder("gemm" + rows + "x" + vectors * lanes);
    Ptr a = r.pointer("a");
    Ptr b = r.pointer("b");
    Ptr c = r.pointer("c");
    Int k = r.integer("k");
    Int strideC = r.integer("strideC");

    List<Var<Vec>> sums = new ArrayList<>();
    for (int i = 0; i < rows * vectors; i++) {
      sums.add(r.variable("sum" + i / vectors + "_" + i % vectors, r.f32(lanes, 0)));
    }
    Var<Ptr> nextA = r.variable("nextA", a);
    Var<Ptr> nextB = r.variable("nextB", b);
    long vectorBytes = (long) lanes * F32.bytes();
    r.loop(
        k,
        _ -> {
          Ptr fromA = nextA.get();
          Ptr fromB = nextB.get();
          List<Vec> columns = new ArrayList<>();
          for (int j = 0; j < vectors; j++) {
            columns.add(fromB.at(j * vectorBytes).load(F32, lanes).named("b" + j));
          }
          for (int i = 0; i < rows; i++) {
            Vec element = fromA.at((long) i * F32.bytes()).loadSplat(F32, lanes).named("a" + i);
            for (int j = 0; j < vectors; j++) {
              Var<Vec> sum = sums.get(i * vectors + j);
              sum.set(element.fma(columns.get(j), sum.get()));
            }
          }
          nextA.set(fromA.plus((long) rows * F32.bytes()));
          nextB.set(fromB.plus(vectors * vectorBytes));
        });
    for (int i = 0; i < rows; i++) {
      Ptr row = c.plus(strideC.times(i));
      for (int j = 0; j < vectors; j++) {
        row.at(j * vectorBytes).store(F32, sums.get(i * vectors + j).get());
      }
    }
    return r.build();
  }
}
