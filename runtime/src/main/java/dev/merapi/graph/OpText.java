package dev.merapi.graph;

import static java.util.Map.entry;

import dev.merapi.graph.Contract.Conv;
import dev.merapi.graph.Contract.Dot;
import dev.merapi.graph.Contract.Role;
import dev.merapi.graph.Index.Gather;
import dev.merapi.graph.Index.Scatter;
import dev.merapi.graph.Reduce.ArgFold;
import dev.merapi.graph.Reduce.Fold;
import dev.merapi.graph.Reduce.Window;
import dev.merapi.graph.Reduce.WindowGrad;
import dev.merapi.graph.Source.Constant;
import dev.merapi.graph.Source.Input;
import dev.merapi.graph.Source.Iota;
import dev.merapi.graph.Source.Parameter;
import dev.merapi.graph.Source.RandomBits;
import dev.merapi.graph.View.Broadcast;
import dev.merapi.graph.View.Concat;
import dev.merapi.graph.View.Flip;
import dev.merapi.graph.View.Pad;
import dev.merapi.graph.View.Permute;
import dev.merapi.graph.View.Reshape;
import dev.merapi.graph.View.Slice;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The attributes of each operation as text: one line for writing, one for reading.
///
/// Attributes are written in a fixed order. What the declared type of the result says already
/// (target shapes, types of sources) is not repeated.
final class OpText {
  private static final Map<String, Function<Attributes, Op>> READERS =
      Map.ofEntries(
          entry("input", a -> new Input(a.string("label"), a.result())),
          entry("parameter", OpText::parameter),
          entry("constant", a -> new Constant(a.literal("value", a.result()))),
          entry("randombits", a -> new RandomBits(a.result())),
          entry("iota", a -> new Iota(a.result(), a.integer("axis"))),
          entry("map", a -> new MapOp(a.function())),
          entry("reshape", a -> new Reshape(a.result().shape())),
          entry("permute", a -> new Permute(a.integers("order"))),
          entry("broadcast", a -> new Broadcast(a.result().shape(), a.integers("axes"))),
          entry("slice", a -> new Slice(a.longs("starts"), a.result().shape(), a.longs("steps"))),
          entry("pad", OpText::pad),
          entry("flip", a -> new Flip(a.integers("axes"))),
          entry("concat", a -> new Concat(a.integer("axis"))),
          entry("fold", a -> new Fold(monoid(a), a.integers("axes"))),
          entry("argfold", a -> new ArgFold(monoid(a), a.integer("axis"))),
          entry("window", a -> new Window(monoid(a), window(a))),
          entry("windowgrad", a -> new WindowGrad(monoid(a), window(a))),
          entry("dot", OpText::dot),
          entry("conv.forward", a -> new Conv(Role.FORWARD, conv(a))),
          entry("conv.data", a -> new Conv(Role.DATA, conv(a))),
          entry("conv.filter", a -> new Conv(Role.FILTER, conv(a))),
          entry("gather", a -> new Gather(a.integer("axis"), a.integer("batch"))),
          entry("scatter", a -> new Scatter(a.integer("axis"), a.integer("batch"))));

  private OpText() {}

  /// The attributes as they stand between braces; empty if there are none.
  static String attributes(Op op) {
    return switch (op) {
      case Input input -> "label=" + GraphPrinter.quote(input.label());
      case Parameter parameter -> text(parameter);
      case Constant constant -> "value=" + elements(constant.literal());
      case RandomBits _ -> "";
      case Iota iota -> "axis=" + iota.axis();
      case MapOp map -> map.fn().toString();
      case Reshape _ -> "";
      case Permute permute -> "order=" + list(permute.order());
      case Broadcast broadcast -> "axes=" + list(broadcast.axes());
      case Slice slice -> "starts=" + list(slice.starts()) + " steps=" + list(slice.steps());
      case Pad pad ->
          "low=%s high=%s between=%s value=%s"
              .formatted(
                  list(pad.low()), list(pad.high()), list(pad.between()), elements(pad.value()));
      case Flip flip -> "axes=" + list(flip.axes());
      case Concat concat -> "axis=" + concat.axis();
      case Fold fold -> text(fold.monoid()) + " axes=" + list(fold.axes());
      case ArgFold fold -> text(fold.monoid()) + " axis=" + fold.axis();
      case Window window -> text(window.monoid()) + " " + text(window.geometry());
      case WindowGrad window -> text(window.monoid()) + " " + text(window.geometry());
      case Dot dot ->
          "batch=%sx%s contract=%sx%s"
              .formatted(
                  list(dot.leftBatch()),
                  list(dot.rightBatch()),
                  list(dot.leftContract()),
                  list(dot.rightContract()));
      case Conv conv -> text(conv.geometry());
      case Gather gather -> "axis=" + gather.axis() + " batch=" + gather.batch();
      case Scatter scatter -> "axis=" + scatter.axis() + " batch=" + scatter.batch();
      case Custom _ -> "";
    };
  }

  /// Reads the attributes of the operation of that name.
  static Op read(String name, Attributes attributes) {
    Function<Attributes, Op> reader = READERS.get(name);
    if (reader == null) {
      throw attributes.unknown(name, READERS.keySet());
    }
    return reader.apply(attributes);
  }

  /// A weight does not say that it is one.
  private static String text(Parameter parameter) {
    String role =
        switch (parameter.role()) {
          case WEIGHT -> "";
          case BUFFER -> " role=" + parameter.role().name().toLowerCase(Locale.ROOT);
        };
    return "label=" + GraphPrinter.quote(parameter.label()) + role;
  }

  private static Parameter parameter(Attributes a) {
    String label = a.string("label");
    return new Parameter(
        label, a.result(), a.choice("role", Parameter.Role.values(), Parameter.Role.WEIGHT));
  }

  private static String list(List<?> items) {
    return items.stream().map(Object::toString).collect(Collectors.joining(",", "[", "]"));
  }

  private static String elements(Literal literal) {
    DType type = literal.type().dtype();
    if (literal.isSplat()) {
      return ScalarPrinter.number(type, literal.bits(0));
    }
    var text = new StringBuilder("[");
    for (long i = 0; i < literal.type().shape().elements(); i++) {
      text.append(i == 0 ? "" : ",").append(ScalarPrinter.number(type, literal.bits(i)));
    }
    return text.append(']').toString();
  }

  private static String text(Monoid monoid) {
    return "monoid=" + monoid.name().toLowerCase(Locale.ROOT);
  }

  private static Monoid monoid(Attributes a) {
    return a.choice("monoid", Monoid.values());
  }

  private static Pad pad(Attributes a) {
    var element = new TensorType(a.result().dtype(), Shape.SCALAR);
    return new Pad(a.dims("low"), a.dims("high"), a.longs("between"), a.literal("value", element));
  }

  private static Dot dot(Attributes a) {
    List<Integer> leftBatch = a.integers("batch");
    List<Integer> rightBatch = a.partner();
    return new Dot(leftBatch, rightBatch, a.integers("contract"), a.partner());
  }

  private static String text(WindowGeometry window) {
    return "kernel=%s strides=%s low=%s high=%s dilations=%s"
        .formatted(
            list(window.kernel()),
            list(window.strides()),
            list(window.padLow()),
            list(window.padHigh()),
            list(window.dilations()));
  }

  private static WindowGeometry window(Attributes a) {
    return new WindowGeometry(
        a.longs("kernel"),
        a.longs("strides"),
        a.longs("low"),
        a.longs("high"),
        a.longs("dilations"));
  }

  private static String text(ConvGeometry conv) {
    return "in="
        + conv.inChannels()
        + " out="
        + conv.outChannels()
        + " groups="
        + conv.groups()
        + " spatial="
        + list(conv.spatial())
        + " "
        + text(conv.window());
  }

  private static ConvGeometry conv(Attributes a) {
    return new ConvGeometry(
        a.integer("in"), a.integer("out"), a.integer("groups"), a.dims("spatial"), window(a));
  }
}
