package dev.merapi;

import dev.merapi.TensorContent.Known;
import dev.merapi.TensorContent.Traced;
import dev.merapi.graph.DType;
import dev.merapi.graph.Dim;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Literal;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.Shape;
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
  /// Adds nodes to a graph; for operations that have no method here.
  @FunctionalInterface
  public interface Step {
    /// @param operands the values of the tensors given
    Value build(GraphBuilder builder, List<Value> operands);
  }

  private final TensorContent content;

  Tensor(TensorContent content) {
    this.content = content;
  }

  TensorContent content() {
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
    TensorNumbers.check(type, value);
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
    return content.type();
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
    return Eager.floats(content.known(DType.F32));
  }

  /// The elements of an `i32` tensor, row-major; of a `bool` tensor 0 and 1.
  ///
  /// @throws MerapiException of kind `TRACE` while the model is traced
  public int[] toInts() {
    return Eager.ints(content.known(dtype() == DType.BOOL ? DType.BOOL : DType.I32));
  }

  /// The value of a tensor of one element.
  ///
  /// @throws MerapiException of kind `TRACE` while the model is traced
  public double item() {
    return TensorNumbers.only(literal());
  }

  /// The numbers.
  Literal literal() {
    return content.known(dtype());
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
    return TensorNumbers.with(this, Elementwise.ADD, other);
  }

  public Tensor minus(Tensor other) {
    return map(Elementwise.SUB, other);
  }

  public Tensor minus(double other) {
    return TensorNumbers.with(this, Elementwise.SUB, other);
  }

  public Tensor times(Tensor other) {
    return map(Elementwise.MUL, other);
  }

  public Tensor times(double other) {
    return TensorNumbers.with(this, Elementwise.MUL, other);
  }

  /// The quotient.
  public Tensor over(Tensor other) {
    return map(Elementwise.DIV, other);
  }

  /// The quotient.
  public Tensor over(double other) {
    return TensorNumbers.with(this, Elementwise.DIV, other);
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
    return TensorNumbers.as(DType.F32, this, Elementwise.TO_F32);
  }

  public Tensor toI32() {
    return TensorNumbers.as(DType.I32, this, Elementwise.TO_I32);
  }

  public Tensor toBool() {
    return TensorNumbers.as(DType.BOOL, this, Elementwise.TO_BOOL);
  }

  // Reductions: without axes over all elements; the axes disappear

  public Tensor sum(int... axes) {
    return build((builder, values) -> Compose.sum(builder, values.getFirst(), axes), this);
  }

  public Tensor max(int... axes) {
    return build((builder, values) -> Compose.max(builder, values.getFirst(), axes), this);
  }

  public Tensor min(int... axes) {
    return build((builder, values) -> Compose.min(builder, values.getFirst(), axes), this);
  }

  public Tensor mean(int... axes) {
    return build((builder, values) -> Compose.mean(builder, values.getFirst(), axes), this);
  }

  /// The index (`i32`) of the first largest element along an axis, which disappears.
  public Tensor argMax(int axis) {
    return build((builder, values) -> Compose.argMax(builder, values.getFirst(), axis), this);
  }

  /// `exp(x)` divided by its sum along an axis.
  public Tensor softmax(int axis) {
    return build((builder, values) -> Compose.softmax(builder, values.getFirst(), axis), this);
  }

  /// `log(softmax(x))`, without the loss of digits.
  public Tensor logSoftmax(int axis) {
    return build((builder, values) -> Compose.logSoftmax(builder, values.getFirst(), axis), this);
  }

  // Shapes, products and indices

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
    return content.text();
  }
}
