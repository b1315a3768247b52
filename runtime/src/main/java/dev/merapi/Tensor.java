package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.DType;
import dev.merapi.graph.Dim;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Literal;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorText;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.ops.Compose;
import dev.merapi.ops.Elementwise;
import java.util.List;
import java.util.stream.Stream;

/// An array of numbers with a shape; what layers, losses and optimizers compute with.
///
/// While a model is traced a tensor is symbolic: it has a type, and operations on it are recorded,
/// but it has no value yet. Outside, `Tensor.of(...)` holds its numbers and operations are carried
/// out at once, slowly and exactly, for looking at things. A tensor with numbers becomes a constant
/// where it meets a symbolic one. What has sizes without numbers, such as `full(f32("N", 4), 1)`,
/// waits: its operations are recorded by the trace that it meets. Tensors never change.
///
/// Shapes are broadcast by the rules of NumPy: aligned at the back, 1 repeats. Axes may be counted
/// from the back: -1 is the last one. Element types are never converted silently.
public final class Tensor {
  /// What a tensor is made of.
  sealed interface Content {}

  /// A value of a graph that is being recorded.
  record Traced(Trace trace, Value value) implements Content {}

  /// Numbers.
  record Known(Literal literal) implements Content {}

  /// An operation on tensors of which none is traced, and with sizes that have no numbers: it is
  /// added to each trace that it meets.
  record Deferred(TensorType type, Step step, List<Tensor> operands) implements Content {}

  /// Adds nodes to a graph; for operations that have no method here.
  @FunctionalInterface
  public interface Step {
    /// @param operands the values of the tensors given
    Value build(GraphBuilder builder, List<Value> operands);
  }

  private final Content content;

  Tensor(Content content) {
    this.content = content;
  }

  Content content() {
    return content;
  }

  /// A vector of numbers.
  public static Tensor of(float... values) {
    return of(Literal.of(Shape.of(values.length), values));
  }

  /// A vector of integers.
  public static Tensor of(int... values) {
    return of(Literal.of(Shape.of(values.length), values));
  }

  /// Numbers in a shape, row-major.
  public static Tensor of(Shape shape, float... values) {
    return of(Literal.of(shape, values));
  }

  /// Integers in a shape, row-major.
  public static Tensor of(Shape shape, int... values) {
    return of(Literal.of(shape, values));
  }

  /// The numbers of a literal.
  public static Tensor of(Literal literal) {
    return new Tensor(new Known(literal));
  }

  /// An `f32` scalar.
  public static Tensor scalar(double value) {
    return full(TensorType.f32(), value);
  }

  /// One value everywhere; the sizes may be symbolic.
  ///
  /// @throws MerapiException of kind `SHAPE` if the type is `i32` and the value is no such number
  public static Tensor full(TensorType type, double value) {
    requireNumber(type, value);
    return of(Literal.splat(type.dtype(), type.shape(), value));
  }

  /// Applies graph-building code to tensors: records it in their trace, or carries it out at once;
  /// without a trace and with sizes that are not bound, it waits for one.
  ///
  /// @throws MerapiException of kind `TRACE` if the tensors belong to different traces
  public static Tensor build(Step step, Tensor... operands) {
    for (Tensor operand : operands) {
      if (operand.content instanceof Traced(Trace trace, _)) {
        return trace.record(step, List.of(operands));
      }
    }
    return Eager.evaluate(step, List.of(operands));
  }

  /// Element type and sizes.
  public TensorType type() {
    return switch (content) {
      case Traced(_, Value value) -> value.type();
      case Known(Literal literal) -> literal.type();
      case Deferred deferred -> deferred.type();
    };
  }

  /// The sizes.
  public Shape shape() {
    return type().shape();
  }

  /// The element type.
  public DType dtype() {
    return type().dtype();
  }

  /// The number of axes.
  public int rank() {
    return type().rank();
  }

  /// The size along an axis.
  public Dim size(int axis) {
    return shape().dim(shape().axis(axis));
  }

  // Reading

  /// The elements, row-major.
  ///
  /// @throws MerapiException of kind `TRACE` while the model is traced
  public float[] toFloats() {
    return Eager.floats(known(DType.F32));
  }

  /// The elements of an `i32` tensor, row-major; of a `bool` tensor 0 and 1.
  ///
  /// @throws MerapiException of kind `TRACE` while the model is traced
  public int[] toInts() {
    return Eager.ints(known(dtype() == DType.BOOL ? DType.BOOL : DType.I32));
  }

  /// The value of a tensor of one element.
  ///
  /// @throws MerapiException of kind `TRACE` while the model is traced
  public double item() {
    Literal literal = literal();
    if (literal.type().shape().elements() != 1) {
      throw MerapiException.of(Kind.SHAPE, "item: not one element").with("type", type());
    }
    return literal.value(0);
  }

  /// The numbers.
  Literal literal() {
    return known(dtype());
  }

  private Literal known(DType wanted) {
    return switch (content) {
      case Known(Literal literal) when !literal.type().shape().isConstant() -> throw unbound();
      case Known(Literal literal) when literal.type().dtype() == wanted -> literal;
      case Known(Literal literal) ->
          throw MerapiException.of(Kind.SHAPE, "tensor: element types differ")
              .with("type", literal.type())
              .with("wanted", wanted)
              .hint("convert with toF32 or toI32");
      case Deferred _ -> throw unbound();
      case Traced(Trace trace, Value value) ->
          throw MerapiException.of(Kind.TRACE, "a tensor has no value while the model is traced")
              .with("tensor", value.type())
              .at(trace.builder().path())
              .hint(
                  "choose between values with Tensor.where(condition, yes, no); Java's own if and"
                      + " for may follow sizes and settings, not values; read results from a"
                      + " Session's output(name)");
    };
  }

  private MerapiException unbound() {
    return MerapiException.of(Kind.UNBOUND_SIZE, "a tensor without numbers for its sizes")
        .with("tensor", type())
        .hint("give numbers for the sizes, or read what a model computes of it from a Session");
  }

  // Elementwise

  /// Applies an operation of the catalogue; this is its first operand.
  public Tensor map(Elementwise operation, Tensor... others) {
    return build(
        (builder, values) -> operation.on(builder, values.toArray(Value[]::new)),
        Stream.concat(Stream.of(this), Stream.of(others)).toArray(Tensor[]::new));
  }

  /// Applies a scalar function of one argument.
  public Tensor map(ScalarFn fn) {
    return build((builder, values) -> builder.map(fn, values), this);
  }

  public Tensor plus(Tensor other) {
    return map(Elementwise.ADD, other);
  }

  public Tensor plus(double other) {
    return with(Elementwise.ADD, other);
  }

  public Tensor minus(Tensor other) {
    return map(Elementwise.SUB, other);
  }

  public Tensor minus(double other) {
    return with(Elementwise.SUB, other);
  }

  public Tensor times(Tensor other) {
    return map(Elementwise.MUL, other);
  }

  public Tensor times(double other) {
    return with(Elementwise.MUL, other);
  }

  /// The quotient.
  public Tensor over(Tensor other) {
    return map(Elementwise.DIV, other);
  }

  /// The quotient.
  public Tensor over(double other) {
    return with(Elementwise.DIV, other);
  }

  public Tensor negate() {
    return map(Elementwise.NEG);
  }

  /// This to the power of another.
  public Tensor pow(Tensor exponent) {
    return map(Elementwise.POW, exponent);
  }

  public Tensor square() {
    return map(Elementwise.SQUARE);
  }

  public Tensor sqrt() {
    return map(Elementwise.SQRT);
  }

  public Tensor abs() {
    return map(Elementwise.ABS);
  }

  public Tensor exp() {
    return map(Elementwise.EXP);
  }

  /// The natural logarithm.
  public Tensor log() {
    return map(Elementwise.LOG);
  }

  /// The smaller of both, NaN if one is NaN.
  public Tensor minimum(Tensor other) {
    return map(Elementwise.MIN, other);
  }

  /// The larger of both, NaN if one is NaN.
  public Tensor maximum(Tensor other) {
    return map(Elementwise.MAX, other);
  }

  public Tensor lessThan(Tensor other) {
    return map(Elementwise.LT, other);
  }

  public Tensor atMost(Tensor other) {
    return map(Elementwise.LE, other);
  }

  public Tensor greaterThan(Tensor other) {
    return map(Elementwise.GT, other);
  }

  public Tensor atLeast(Tensor other) {
    return map(Elementwise.GE, other);
  }

  public Tensor equalTo(Tensor other) {
    return map(Elementwise.EQ, other);
  }

  public Tensor and(Tensor other) {
    return map(Elementwise.AND, other);
  }

  public Tensor or(Tensor other) {
    return map(Elementwise.OR, other);
  }

  public Tensor not() {
    return map(Elementwise.NOT);
  }

  /// `yes` where the condition holds, `no` elsewhere.
  public static Tensor where(Tensor condition, Tensor yes, Tensor no) {
    return condition.map(Elementwise.SELECT, yes, no);
  }

  public Tensor toF32() {
    return converted(DType.F32, Elementwise.TO_F32);
  }

  public Tensor toI32() {
    return converted(DType.I32, Elementwise.TO_I32);
  }

  public Tensor toBool() {
    return converted(DType.BOOL, Elementwise.TO_BOOL);
  }

  private Tensor converted(DType target, Elementwise conversion) {
    return dtype() == target ? this : map(conversion);
  }

  /// With a constant as second operand, which becomes part of the scalar function.
  private Tensor with(Elementwise operation, double constant) {
    requireNumber(type(), constant);
    ScalarFn second = dtype() == DType.I32 ? ScalarFn.i32((int) constant) : ScalarFn.f32(constant);
    return map(operation.body(dtype()).compose(List.of(ScalarFn.arg(0, dtype()), second)));
  }

  private static void requireNumber(TensorType type, double number) {
    if (type.dtype() == DType.I32 && number != (int) number) {
      throw MerapiException.of(Kind.SHAPE, "tensor: not an i32 number")
          .with("type", type)
          .with("number", number)
          .hint("convert with toF32");
    }
  }

  // Reductions: without axes over all elements; the axes disappear

  public Tensor sum(int... axes) {
    return reduce(Compose::sum, axes);
  }

  public Tensor max(int... axes) {
    return reduce(Compose::max, axes);
  }

  public Tensor min(int... axes) {
    return reduce(Compose::min, axes);
  }

  public Tensor mean(int... axes) {
    return reduce(Compose::mean, axes);
  }

  /// The index (`i32`) of the first largest element along an axis, which disappears.
  public Tensor argMax(int axis) {
    return along(Compose::argMax, axis);
  }

  /// `exp(x)` divided by its sum along an axis.
  public Tensor softmax(int axis) {
    return along(Compose::softmax, axis);
  }

  /// `log(softmax(x))`, without the loss of digits.
  public Tensor logSoftmax(int axis) {
    return along(Compose::logSoftmax, axis);
  }

  private interface AxesStep {
    Value build(GraphBuilder builder, Value operand, int... axes);
  }

  private interface AxisStep {
    Value build(GraphBuilder builder, Value operand, int axis);
  }

  private Tensor reduce(AxesStep step, int... axes) {
    return build((builder, values) -> step.build(builder, values.getFirst(), axes), this);
  }

  private Tensor along(AxisStep step, int axis) {
    return build((builder, values) -> step.build(builder, values.getFirst(), axis), this);
  }

  // Shapes

  /// The same elements with other sizes: numbers, names, [Dim]s; one may be -1, it is worked out.
  public Tensor reshape(Object... sizes) {
    return TensorViews.reshape(this, sizes);
  }

  /// The same elements with other sizes.
  public Tensor reshape(Shape target) {
    return build((builder, values) -> builder.reshape(values.getFirst(), target), this);
  }

  /// Joins all axes from `axis` on into one.
  public Tensor flatten(int axis) {
    return TensorViews.flatten(this, axis);
  }

  /// The axes in another order: axis `i` of the result is axis `order[i]` of this.
  public Tensor permute(int... order) {
    return TensorViews.permute(this, order);
  }

  /// With two axes exchanged.
  public Tensor transpose(int first, int second) {
    return TensorViews.transpose(this, first, second);
  }

  /// Repeated to a shape.
  public Tensor broadcastTo(Shape target) {
    return build((builder, values) -> builder.broadcast(values.getFirst(), target), this);
  }

  /// With an axis of size 1 inserted before `axis` (-1: behind the last one).
  public Tensor expand(int axis) {
    return TensorViews.expand(this, axis);
  }

  /// Without an axis of size 1.
  public Tensor squeeze(int axis) {
    return TensorViews.squeeze(this, axis);
  }

  /// The elements `from ... to - 1` along an axis.
  public Tensor slice(int axis, long from, long to) {
    return TensorViews.slice(this, axis, from, to);
  }

  /// Several tensors one after the other along an axis.
  public static Tensor concat(int axis, Tensor... parts) {
    return TensorViews.concat(axis, parts);
  }

  // Products and indices

  /// The matrix product over the last two axes; leading axes are paired and broadcast, vectors are
  /// taken as NumPy does.
  public Tensor matmul(Tensor right) {
    return TensorProducts.matmul(this, right);
  }

  /// Elements along an axis at places given by `i32` indices; their axes replace the axis.
  public Tensor gather(int axis, Tensor indices) {
    return TensorProducts.gather(this, axis, 0, indices);
  }

  /// As [#gather(int, Tensor)], where the first `batch` axes of both belong together.
  public Tensor gather(int axis, int batch, Tensor indices) {
    return TensorProducts.gather(this, axis, batch, indices);
  }

  /// Whether this is the same value of the same trace.
  boolean sameAs(Tensor other) {
    return content.equals(other.content);
  }

  /// The numbers as PyTorch prints them, or the type alone where there are none yet.
  @Override
  public String toString() {
    return switch (content) {
      case Traced(_, Value value) -> "Tensor[" + value.type() + "]";
      case Known(Literal literal) when literal.type().shape().isConstant() ->
          TensorText.of(literal.type(), literal::value);
      case Known(Literal literal) -> "Tensor[" + literal + "]";
      case Deferred deferred -> "Tensor[" + deferred.type() + "]";
    };
  }
}
