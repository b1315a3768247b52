package dev.merapi.kernels.product;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.product.Problem.Weights;
import dev.merapi.kernels.product.TileEpilogue.Operand;
import dev.merapi.kernels.product.TileEpilogue.Span;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every kernel of the table, interpreted, against the definition.
class ProductRoutinesTest {
  private static final long SEED = 20240608L;

  /// Computations of an epilogue that is not applied in registers.
  private static final int LONG = 12;

  /// Those that the target can run.
  static List<ProductKernel> kernels() {
    return KernelTable.KERNELS;
  }

  private final Random random = new Random(SEED);

  Target target(ProductKernel kernel) {
    return Target.INTERPRETER;
  }

  private void check(Problem problem, ProductKernel kernel, int parts) {
    Case product = new Case(problem, random);
    ProductPlan plan = ProductPlan.of(problem, TileEpilogue.NONE, kernel);
    float[] actual = product.run(plan, target(kernel), parts);
    Case.assertSameBits(product.expected(), actual, kernel + ", " + problem + ", parts=" + parts);
  }

  private static Problem problem(int m, int n, int k, int kindA, int kindB, boolean packed) {
    Strides a = strides(kindA, m, k);
    Strides b = strides(kindB, k, n);
    Weights weights = packed ? Weights.PACKED : Weights.FRESH;
    return new Problem(m, n, k, a, b, n + kindA, weights);
  }

  private static Strides strides(int kind, int rows, int columns) {
    return switch (kind) {
      case 0 -> Strides.rowMajor(columns);
      case 1 -> Strides.columnMajor(rows);
      case 2 -> new Strides(columns + 5L, 1);
      case 3 -> new Strides(0, 1);
      case 4 -> new Strides(1024, 1);
      default -> new Strides(2L * columns + 1, 2);
    };
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void everyHeightAndWidthOfATile(ProductKernel kernel) {
    int columns = kernel.vectors() * kernel.lanes();
    for (int m = 1; m <= 2 * kernel.mostRows() + 1; m++) {
      int n = 1 + random.nextInt(2 * columns + 1);
      check(problem(m, n, 1 + random.nextInt(9), m % 6, m / 6 % 6, m % 2 == 0), kernel, 1);
    }
    for (int n = 1; n <= 2 * columns + 1; n++) {
      int m = 1 + random.nextInt(kernel.mostRows() + 1);
      check(problem(m, n, 1 + random.nextInt(9), n / 6 % 6, n % 6, n % 3 == 0), kernel, 1);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void everyDepth(ProductKernel kernel) {
    int m = kernel.mostRows() + 1;
    int n = kernel.vectors() * kernel.lanes() + 3;
    for (int k : new int[] {0, 1, 2, 3, 5, 8, 17, 31, 32}) {
      check(problem(m, n, k, k % 6, k % 5, false), kernel, 1);
      check(problem(m, n, k, k % 5, k % 6, true), kernel, 1);
    }
    for (int k : new int[] {639, 640, 641, 1283}) {
      check(problem(2, kernel.lanes() + 1, k, k % 3, k % 6, false), kernel, 1);
      check(problem(2, kernel.lanes() + 1, k, k % 6, k % 5, true), kernel, 1);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void allOrdersOfTheOperandsInOneToThreeParts(ProductKernel kernel) {
    int m = 2 * kernel.mostRows() + 1;
    int n = 2 * kernel.vectors() * kernel.lanes() + 5;
    for (int order = 0; order < 36; order++) {
      check(problem(m, n, 7, order % 6, order / 6, order % 4 == 0), kernel, 1 + order % 3);
      check(problem(1, n, 7, order % 6, order / 6, order % 4 == 1), kernel, 1 + order % 3);
    }
    check(problem(0, n, 7, 0, 0, false), kernel, 2);
    check(problem(m, 0, 7, 0, 0, false), kernel, 2);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void severalGroupsOfRowsAndOfColumns(ProductKernel kernel) {
    int m = 3 * kernel.mostRows() + 1;
    int columns = kernel.vectors() * kernel.lanes();
    int n = 4 * columns + 5;
    // Two tiles of columns make a group, and two strips of rows.
    var caches = new ProductPlan.Caches(2 * 4 * 9L * columns, 2 * kernel.mostRows());
    for (int order = 0; order < 9; order++) {
      Problem problem = problem(m, n, 9, order % 3, order / 3, order % 2 == 0);
      Case product = new Case(problem, random);
      ProductPlan plan = ProductPlan.of(problem, TileEpilogue.NONE, kernel, caches);
      assertEquals(2 * columns, plan.groupColumns());
      boolean fetchesRows =
          kernel.form() == CodeForm.LONG && plan.tall().strip().a() == SourceA.ROWS;
      assertEquals(!fetchesRows, plan.groupStrips() == 2);
      for (int parts = 1; parts <= 3; parts++) {
        float[] actual = product.run(plan, target(kernel), parts);
        Case.assertSameBits(product.expected(), actual, kernel + ", " + problem);
      }
    }
  }

  /// An epilogue and the same in Java.
  private record Finish(TileEpilogue epilogue, Formula formula) {}

  private interface Formula {
    float of(float sum, float[] operands);
  }

  static Stream<Finish> epilogues() {
    ScalarFn sum = ScalarFn.arg(0);
    ScalarFn one = ScalarFn.arg(1);
    ScalarFn two = ScalarFn.arg(2);
    Operand ofRow = new Operand(Span.ROWS, MemoryType.F32);
    Operand ofColumn = new Operand(Span.COLUMNS, MemoryType.F32);
    Operand ofBoth = new Operand(Span.MATRIX, MemoryType.F32);
    ScalarFn relu = ScalarFn.apply(ScalarPrimitive.MAX, sum.plus(one), ScalarFn.f32(0));
    ScalarFn polynomial = sum;
    for (int i = 0; i < LONG; i++) {
      polynomial = ScalarFn.fma(polynomial, one, two);
    }
    Formula ofPolynomial =
        (x, operands) -> {
          float y = x;
          for (int i = 0; i < LONG; i++) {
            y = Math.fma(y, operands[0], operands[1]);
          }
          return y;
        };
    return Stream.of(
        new Finish(TileEpilogue.of(relu, List.of(ofColumn)), (x, of) -> Math.max(x + of[0], 0)),
        new Finish(
            TileEpilogue.of(sum.times(one).plus(two), List.of(ofRow, ofBoth)),
            (x, of) -> x * of[0] + of[1]),
        new Finish(TileEpilogue.of(polynomial, List.of(ofRow, ofColumn)), ofPolynomial),
        new Finish(TileEpilogue.of(polynomial, List.of(ofBoth, ofRow)), ofPolynomial));
  }

  @ParameterizedTest
  @MethodSource("epilogues")
  void theEpilogueComesOnceAfterTheLastBlock(Finish finish) {
    for (ProductKernel kernel : KernelTable.KERNELS) {
      int m = kernel.mostRows() + 2;
      int n = 2 * kernel.vectors() * kernel.lanes() + 3;
      checkEpilogue(finish, problem(m, n, 4, 0, 0, true), kernel);
      checkEpilogue(finish, problem(3, kernel.lanes() + 2, 650, 0, 1, false), kernel);
    }
  }

  /// Where C is one column without gaps, the epilogue takes its rows as lanes.
  @ParameterizedTest
  @MethodSource("epilogues")
  void theEpilogueOfOneColumn(Finish finish) {
    for (ProductKernel kernel : KernelTable.KERNELS) {
      int m = 2 * kernel.mostRows() + 1;
      for (int k : new int[] {4, 650}) {
        checkEpilogue(finish, problem(m, 1, k, 2, 0, false), kernel);
        checkEpilogue(finish, problem(m, 1, k, 0, 0, true), kernel);
      }
    }
  }

  private void checkEpilogue(Finish finish, Problem problem, ProductKernel kernel) {
    TileEpilogue epilogue = finish.epilogue();
    Case product = new Case(problem, random);
    int n = problem.n();
    float[][] operands =
        epilogue.operands().stream()
            .map(operand ->
                switch (operand.span()) {
                  case ROWS -> Case.drawn(problem.m(), random);
                  case COLUMNS -> Case.drawn(n, random);
                  case MATRIX -> Case.drawn(problem.m() * n, random);
                })
            .toArray(float[][]::new);
    float[] expected =
        product.expected((sum, row, column) -> {
          float[] here = new float[operands.length];
          for (int i = 0; i < operands.length; i++) {
            int at =
                switch (epilogue.operands().get(i).span()) {
                  case ROWS -> row;
                  case COLUMNS -> column;
                  case MATRIX -> row * n + column;
                };
            here[i] = operands[i][at];
          }
          return finish.formula().of(sum, here);
        });
    ProductPlan plan = ProductPlan.of(problem, epilogue, kernel);
    float[] actual = product.run(plan, target(kernel), 2, operands);
    Case.assertSameBits(expected, actual, kernel + ", " + problem + ", " + epilogue);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void infinitiesAndNansGoThrough(ProductKernel kernel) {
    Problem problem = problem(kernel.mostRows(), 19, 21, 0, 0, false);
    Case product = new Case(problem, random);
    product.a[3] = Float.NaN;
    product.a[Math.min(40, product.a.length - 1)] = Float.POSITIVE_INFINITY;
    product.b[19 * 5 + 2] = Float.NEGATIVE_INFINITY;
    product.b[19 * 19 + 7] = 0f;
    ProductPlan plan = ProductPlan.of(problem, TileEpilogue.NONE, kernel);
    Case.assertSameBits(product.expected(), product.run(plan, target(kernel), 1), kernel);
  }
}
