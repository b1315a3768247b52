package dev.merapi.reference;

import dev.merapi.spi.Epilogue;
import dev.merapi.spi.Matrix;
import dev.merapi.spi.Operand;
import dev.merapi.spi.Region;
import java.util.List;

/// Runs one region of a program.
final class RegionInterpreter {
  private RegionInterpreter() {}

  static void run(Region region, RawMemory memory) {
    switch (region) {
      case Region.Loops loops -> new NestInterpreter(loops.nest(), memory).run();
      case Region.Product product -> product(product, memory);
      case Region.Convolution conv -> convolution(conv, memory);
      case Region.Pool pool -> {
        var operands = List.of(memory.elements(pool.in()));
        memory.fill(pool.out(), Reductions.evaluate(pool.window(), operands, pool.out().type()));
      }
      case Region.PoolGradient pool -> {
        var operands = List.of(memory.elements(pool.in()), memory.elements(pool.gradient()));
        memory.fill(pool.out(), Reductions.evaluate(pool.window(), operands, pool.out().type()));
      }
      case Region.Indexed indexed ->
          memory.fill(
              indexed.out(), Indexing.evaluate(indexed.op(), all(indexed.operands(), memory)));
      case Region.UserDefined user -> userDefined(user, memory);
    }
  }

  private static List<Elements> all(List<Operand> operands, RawMemory memory) {
    return operands.stream().map(memory::elements).toList();
  }

  private static void userDefined(Region.UserDefined region, RawMemory memory) {
    var data = all(region.operands(), memory).stream().map(Elements::data).toList();
    List<double[]> results = region.call().evaluate(data);
    for (int i = 0; i < results.size(); i++) {
      memory.fill(region.results().get(i), results.get(i));
    }
  }

  private static void product(Region.Product region, RawMemory memory) {
    for (long b = 0; b < region.batch(); b++) {
      for (long r = 0; r < region.m(); r++) {
        for (long c = 0; c < region.n(); c++) {
          double sum = 0;
          for (long k = 0; k < region.k(); k++) {
            sum += read(region.left(), b, r, k, memory) * read(region.right(), b, k, c, memory);
          }
          double result = finish(region.epilogue(), sum, b, r, c, memory);
          memory.write(region.out().buffer(), place(region.out(), b, r, c), result);
        }
      }
    }
  }

  private static void convolution(Region.Convolution region, RawMemory memory) {
    var operands = List.of(memory.elements(region.first()), memory.elements(region.second()));
    double[] data = Contractions.evaluate(region.conv(), operands, region.out().type());
    int[] sizes = Indices.sizes(region.out().type().shape());
    int rows = sizes[1];
    int columns = Indices.count(sizes, 2, sizes.length);
    for (int i = 0; i < data.length; i++) {
      int batch = i / columns / rows;
      data[i] = finish(region.epilogue(), data[i], batch, i / columns % rows, i % columns, memory);
    }
    memory.fill(region.out(), data);
  }

  private static double finish(
      Epilogue epilogue, double element, long batch, long row, long column, RawMemory memory) {
    double[] arguments = new double[epilogue.operands().size() + 1];
    arguments[0] = element;
    for (int i = 1; i < arguments.length; i++) {
      arguments[i] = read(epilogue.operands().get(i - 1), batch, row, column, memory);
    }
    return ScalarEvaluator.of(epilogue.fn()).evaluate(arguments);
  }

  private static double read(Matrix matrix, long batch, long row, long column, RawMemory memory) {
    return memory.read(matrix.buffer(), place(matrix, batch, row, column));
  }

  private static long place(Matrix matrix, long batch, long row, long column) {
    return matrix.offset()
        + batch * matrix.batchStride()
        + row * matrix.rowStride()
        + column * matrix.colStride();
  }
}
