package dev.merapi.kernels.gemm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.kernels.emit.Element;
import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.LaneCode;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.TieredKernel.State;
import dev.merapi.kernels.gemm.Epilogue.Operand;
import dev.merapi.kernels.gemm.Epilogue.Span;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EpilogueTest {
  /// `sum * rows + columns + matrix`, with the fused multiply-add where the code has one.
  private record Affine() implements Epilogue {
    @Override
    public List<Operand> operands() {
      return List.of(
          new Operand(Span.ROWS, Element.F32),
          new Operand(Span.COLUMNS, Element.F32),
          new Operand(Span.MATRIX, Element.F32));
    }

    @Override
    public void emit(LaneCode code, Place place) {
      place.load(0);
      place.load(1);
      code.fma();
      place.load(2);
      code.add(Element.F32);
    }

    @Override
    public int operations() {
      return 3;
    }
  }

  static Stream<Lanes> lanes() {
    return Lanes.vectors().stream();
  }

  private static void check(Problem plain, Lanes lanes) {
    Random random = new Random(7);
    Problem problem = plain.with(new Affine());
    Product product = new Product(problem, random);
    float[] rows = Product.values(problem.m(), random);
    float[] columns = Product.values(problem.n(), random);
    float[] matrix = Product.values(problem.m() * problem.n(), random);
    float[] expected = product.expected();
    for (int i = 0; i < problem.m(); i++) {
      for (int j = 0; j < problem.n(); j++) {
        int at = i * problem.n() + j;
        expected[at] = Math.fma(expected[at], rows[i], columns[j]) + matrix[at];
      }
    }
    GemmPlan plan = Gemm.plan(problem, lanes, new KernelCache());
    Product.assertSameBits(expected, product.run(plan, 2, rows, columns, matrix), "twin");
    Product.warmUp(plan);
    Product.assertSameBits(expected, product.run(plan, 1, rows, columns, matrix), "vector");
    Product.assertSameBits(expected, product.run(plan, 3, rows, columns, matrix), "vector");
  }

  @ParameterizedTest
  @MethodSource("lanes")
  void operandsOfAllSpansMeetTheirElements(Lanes lanes) {
    check(Problem.rowMajor(37, 75, 30), lanes);
  }

  @ParameterizedTest
  @MethodSource("lanes")
  void theEpilogueComesOnceAfterTheLastBlock(Lanes lanes) {
    check(Problem.rowMajor(13, 40, 2 * Gemm.BLOCK + 1), lanes);
  }

  @ParameterizedTest
  @MethodSource("lanes")
  void rowsWiderThanOneFinishAreDoneInGroups(Lanes lanes) {
    check(Problem.rowMajor(1, 8 * lanes.count() + 3, 9), lanes);
  }

  @ParameterizedTest
  @MethodSource("lanes")
  void aColumnHasOperandsOfAllSpans(Lanes lanes) {
    check(Problem.rowMajor(43, 1, 20), lanes);
  }

  /// `sum * rows + columns`.
  private record ByVectors() implements Epilogue {
    @Override
    public List<Operand> operands() {
      return new Affine().operands().subList(0, 2);
    }

    @Override
    public void emit(LaneCode code, Place place) {
      place.load(0);
      place.load(1);
      code.fma();
    }

    @Override
    public int operations() {
      return 1;
    }
  }

  @ParameterizedTest
  @MethodSource("lanes")
  void aColumnIsComputedAsARow(Lanes lanes) {
    Random random = new Random(8);
    Problem problem = Problem.rowMajor(43, 1, 20).with(new ByVectors());
    Product product = new Product(problem, random);
    float[] rows = Product.values(43, random);
    float[] columns = Product.values(1, random);
    float[] expected = product.expected();
    for (int i = 0; i < rows.length; i++) {
      expected[i] = Math.fma(expected[i], rows[i], columns[0]);
    }
    GemmPlan plan = Gemm.plan(problem, lanes, new KernelCache());
    assertEquals(problem.transposed(), plan.problem());
    Product.assertSameBits(expected, product.run(plan, 2, rows, columns), "twin");
    plan.kernels().forEach(kernel -> assertEquals(State.HOT, kernel.adopt()));
    Product.assertSameBits(expected, product.run(plan, 3, rows, columns), "vector");
  }

  /// What lies at other distances than one has no place in a row.
  @ParameterizedTest
  @MethodSource("lanes")
  void aMatrixOfOneColumnKeepsTheDistanceOfItsRows(Lanes lanes) {
    Random random = new Random(9);
    Problem problem = Problem.rowMajor(43, 1, 20).with(new Affine());
    Product product = new Product(problem, random);
    float[] rows = Product.values(43, random);
    float[] columns = Product.values(1, random);
    float[] matrix = Product.values(3 * 43, random);
    float[] expected = product.expected();
    for (int i = 0; i < rows.length; i++) {
      expected[i] = Math.fma(expected[i], rows[i], columns[0]) + matrix[3 * i];
    }
    GemmPlan plan = Gemm.plan(problem, lanes, new KernelCache());
    Product.assertSameBits(
        expected, product.runWithRowsOf(3, plan, 2, rows, columns, matrix), "twin");
  }
}
