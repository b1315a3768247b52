package dev.merapi.cli;

import dev.merapi.graph.Contract.Conv;
import dev.merapi.graph.WindowGeometry;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.LoopNest;
import dev.merapi.spi.Program;
import dev.merapi.spi.Region;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The kernels of a program, a line each.
final class PlanText {
  private final Program program;
  private final Map<Buffer, String> names = new HashMap<>();

  PlanText(Program program) {
    this.program = program;
    int temporaries = 0;
    int constants = 0;
    for (Buffer buffer : program.buffers()) {
      names.put(
          buffer,
          switch (buffer.space()) {
            case INPUT, OUTPUT, PARAMETER -> buffer.label();
            case TEMPORARY -> "t" + ++temporaries;
            case CONSTANT -> "c" + ++constants;
          });
    }
  }

  /// `7 kernels`.
  String kernels() {
    int count = program.regions().size();
    return count == 1 ? "1 kernel" : count + " kernels";
  }

  /// What each kernel does, where in the model, and what it reads and writes.
  String plain() {
    return table(this::name);
  }

  /// The same, with the place of each buffer in the memory of its space.
  String withMemory() {
    return table(buffer -> name(buffer) + "@" + program.offset(buffer));
  }

  private String name(Buffer buffer) {
    return names.getOrDefault(buffer, buffer.toString());
  }

  private String table(Function<Buffer, String> place) {
    var table = new Columns("rllll");
    table.row("", "kernel", "layers", "result", "reads -> writes");
    int number = 0;
    for (Region region : program.regions()) {
      List<Buffer> writes = region.writes();
      table.row(
          Integer.toString(++number),
          kind(region),
          region.label(),
          writes.stream().map(each -> each.type().toString()).collect(Collectors.joining(", ")),
          joined(region.reads(), place) + " -> " + joined(writes, place));
    }
    return table.toString();
  }

  private static String joined(List<Buffer> buffers, Function<Buffer, String> place) {
    return buffers.stream().map(place).collect(Collectors.joining(", "));
  }

  private static String kind(Region region) {
    return switch (region) {
      case Region.Loops(LoopNest nest) -> loops(nest);
      case Region.Product product -> product(product);
      case Region.Convolution convolution -> convolution(convolution.conv());
      case Region.Pool pool -> pool(pool.window().monoid().toString(), pool.window().geometry());
      case Region.PoolGradient pool ->
          pool(pool.window().monoid().toString(), pool.window().geometry()) + " gradient";
      case Region.Indexed indexed -> indexed.op().name();
      case Region.UserDefined own -> own.op().name();
    };
  }

  private static String loops(LoopNest nest) {
    List<Long> outer = nest.extents().subList(0, nest.outerRank());
    List<Long> folded = nest.extents().subList(nest.outerRank(), nest.rank());
    return "loops " + times(outer) + (folded.isEmpty() ? "" : " folding " + times(folded));
  }

  private static String product(Region.Product product) {
    String sizes = product.m() + "x" + product.k() + " by " + product.k() + "x" + product.n();
    return "product " + (product.batch() == 1 ? "" : product.batch() + " of ") + sizes;
  }

  private static String convolution(Conv conv) {
    String role =
        switch (conv.role()) {
          case FORWARD -> "";
          case DATA -> " to the data";
          case FILTER -> " to the filter";
        };
    return "convolution " + times(conv.geometry().window().kernel()) + role;
  }

  private static String pool(String monoid, WindowGeometry window) {
    return monoid.toLowerCase(Locale.ROOT) + " pool " + times(window.kernel());
  }

  private static String times(List<Long> sizes) {
    return sizes.stream().map(String::valueOf).collect(Collectors.joining("x"));
  }
}
