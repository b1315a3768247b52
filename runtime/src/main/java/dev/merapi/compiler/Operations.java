package dev.merapi.compiler;

import dev.merapi.graph.Contract;
import dev.merapi.graph.ConvGeometry;
import dev.merapi.graph.Dim;
import dev.merapi.graph.Index;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.Shape;
import dev.merapi.graph.WindowGeometry;
import dev.merapi.spi.Epilogue;
import dev.merapi.spi.LoopNest;
import dev.merapi.spi.LoopNest.Instr;
import dev.merapi.spi.Operand;
import dev.merapi.spi.Program;
import dev.merapi.spi.Region;
import java.util.List;

/// Counts the operations of one run: about as many instructions as scalar code has.
///
/// Two for each product that is added up; for elementwise functions what each primitive takes (1 an
/// addition, 20 an exponential); one for each element that is read, written, moved or visited; and
/// what it takes to begin with a matrix or an image, of which there may be many tiny ones. All
/// regions count, so nothing that a model asks for is free.
///
/// Counted in `double`, which is exact up to 2^53 and never wraps; what exceeds 63 bits is
/// `Long.MAX_VALUE`.
public final class Operations {
  /// To begin with one matrix of a batch.
  private static final int MATRIX = 32;

  /// To begin with one image, of one group of channels.
  private static final int IMAGE = 256;

  /// Gradients of filters are computed in tiles of as many rows and columns.
  private static final long TILE = 8;

  private Operations() {}

  /// Those of a whole program.
  public static long of(Program program) {
    double sum = 0;
    for (Region region : program.regions()) {
      sum += count(region);
    }
    return (long) sum;
  }

  /// Those of one region.
  public static long of(Region region) {
    return (long) count(region);
  }

  private static double count(Region region) {
    return switch (region) {
      case Region.Loops loops -> loops(loops.nest());
      case Region.Product p -> {
        double results = (double) p.batch() * p.m() * p.n();
        // operands are packed
        double moved = (double) p.batch() * ((double) p.m() * p.k() + (double) p.k() * p.n());
        double each = 2.0 * p.k() + epilogue(p.epilogue());
        yield results * each + moved + (double) MATRIX * p.batch();
      }
      case Region.Convolution conv -> convolution(conv);
      case Region.Pool pool ->
          windows(pool.window().monoid(), pool.window().geometry(), pool.in(), pool.out());
      case Region.PoolGradient pool ->
          windows(pool.window().monoid(), pool.window().geometry(), pool.in(), pool.gradient());
      case Region.Indexed indexed -> indexed(indexed);
      case Region.UserDefined user -> elements(user.operands()) + elements(user.results());
    };
  }

  private static double loops(LoopNest nest) {
    double outer = product(nest.extents().subList(0, nest.outerRank()));
    double all = product(nest.extents());
    double sum = 0;
    for (LoopNest.Stage stage : nest.stages()) {
      sum += all * code(stage.inner()) + outer * code(stage.point());
    }
    return sum;
  }

  /// One more for the loop itself.
  private static double code(List<Instr> code) {
    double sum = code.isEmpty() ? 0 : 1;
    for (Instr instr : code) {
      sum += cost(instr);
    }
    return sum;
  }

  private static double cost(Instr instr) {
    return switch (instr) {
      case Instr.Const _ -> 0;
      case Instr.Load _, Instr.Store _, Instr.Index _ -> 1;
      case Instr.Apply apply -> ScalarCost.of(apply.primitive());
      case Instr.Fold fold -> cost(fold.monoid());
      case Instr.ArgFold fold -> cost(fold.monoid());
    };
  }

  private static double cost(Monoid monoid) {
    return ScalarCost.of(monoid.combine());
  }

  /// Reads the operands, computes, writes the result.
  private static double epilogue(Epilogue epilogue) {
    return 1 + epilogue.operands().size() + ScalarCost.of(epilogue.fn());
  }

  /// Kernels walk over the padded input in each role.
  private static double convolution(Region.Convolution region) {
    ConvGeometry geometry = region.conv().geometry();
    Dim batch = region.first().type().shape().dim(0);
    Shape out = geometry.output(batch).shape();
    List<Long> sizes = geometry.spatial().stream().map(Dim::value).toList();
    double images = (double) batch.value() * geometry.groups();
    double moved =
        (double) batch.value() * geometry.inChannels() * padded(sizes, geometry.window())
            + elements(out)
            + elements(geometry.filter().shape());
    double results = elements(region.out().type().shape());
    return 2 * products(region.conv(), out, results)
        + moved
        + results * epilogue(region.epilogue())
        + IMAGE * images;
  }

  /// A DATA kernel takes the zeros between the elements of `dy` for elements: it has a product for
  /// each tap and each element of its own result.
  ///
  /// @param out the shape of the forward form's result
  /// @param results the elements of its own
  private static double products(Contract.Conv conv, Shape out, double results) {
    ConvGeometry geometry = conv.geometry();
    double filters = (double) geometry.outChannels() / geometry.groups();
    double kernel = product(geometry.window().kernel());
    double taps = (double) geometry.inChannels() / geometry.groups() * kernel;
    return switch (conv.role()) {
      case FORWARD -> results * taps;
      case DATA -> results * filters * kernel;
      case FILTER -> elements(out) / filters * tiled(filters) * tiled(taps);
    };
  }

  private static double tiled(double size) {
    return Math.ceil(size / TILE) * TILE;
  }

  /// Each window is walked over as a whole; the input and its padding are passed once.
  private static double windows(
      Monoid monoid, WindowGeometry geometry, Operand in, Operand pooled) {
    List<Long> sizes = sizes(in.type().shape());
    double places = product(sizes.subList(0, 2)) * padded(sizes.subList(2, sizes.size()), geometry);
    double joined = elements(pooled.type().shape()) * product(geometry.kernel());
    return places + joined * (1 + cost(monoid));
  }

  /// Indices are read and checked; elements are moved, or added to a copy.
  private static double indexed(Region.Indexed region) {
    double all = elements(region.operands()) + elements(region.out().type().shape());
    return switch (region.op()) {
      case Index.Gather _ ->
          elements(region.operands().get(1).type().shape())
              + 2 * elements(region.out().type().shape());
      case Index.Scatter _ -> 2 * all;
    };
  }

  private static double elements(List<Operand> operands) {
    return operands.stream().mapToDouble(each -> elements(each.type().shape())).sum();
  }

  private static double elements(Shape shape) {
    return product(sizes(shape));
  }

  private static List<Long> sizes(Shape shape) {
    return shape.dims().stream().map(Dim::value).toList();
  }

  private static double padded(List<Long> sizes, WindowGeometry geometry) {
    double product = 1;
    for (int i = 0; i < sizes.size(); i++) {
      product *= (double) sizes.get(i) + geometry.padLow().get(i) + geometry.padHigh().get(i);
    }
    return product;
  }

  private static double product(List<Long> sizes) {
    return sizes.stream().mapToDouble(Long::doubleValue).reduce(1, (a, b) -> a * b);
  }
}
