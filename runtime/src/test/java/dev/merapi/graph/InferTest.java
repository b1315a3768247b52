package dev.merapi.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Contract.Dot;
import dev.merapi.graph.Index.Gather;
import dev.merapi.graph.Reduce.ArgFold;
import dev.merapi.graph.Reduce.Fold;
import dev.merapi.graph.View.Flip;
import dev.merapi.graph.View.Slice;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InferTest {
  private static final TensorType MATRIX = TensorType.f32(3, 5);

  record Wrong(Op op, List<TensorType> operands) {}

  private static Wrong wrong(Op op, TensorType... operands) {
    return new Wrong(op, List.of(operands));
  }

  private static Dot contract(List<Integer> left, List<Integer> right) {
    return new Dot(List.of(), List.of(), left, right);
  }

  static Stream<Wrong> wrong() {
    TensorType square = TensorType.f32(3, 3);
    return Stream.of(
        wrong(new Fold(Monoid.SUM, List.of(2)), MATRIX),
        wrong(new Fold(Monoid.SUM, List.of(-1)), MATRIX),
        wrong(new Fold(Monoid.SUM, List.of(0)), TensorType.bool(3)),
        wrong(new ArgFold(Monoid.MAX, -1), MATRIX),
        wrong(new ArgFold(Monoid.MAX, 0), TensorType.f32(0, 3)),
        wrong(new Flip(List.of(-1)), MATRIX),
        wrong(contract(List.of(1), List.of(1)), MATRIX, TensorType.f32(3, 4)),
        wrong(contract(List.of(-1), List.of(0)), square, square),
        wrong(contract(List.of(2), List.of(0)), square, square),
        wrong(contract(List.of(1, 1), List.of(0, 1)), square, square),
        wrong(new Dot(List.of(0), List.of(0), List.of(0), List.of(1)), square, square),
        wrong(contract(List.of(0), List.of(0)), TensorType.i32(3), TensorType.i32(3)),
        wrong(slice(0, 6, 1), TensorType.f32(5)),
        wrong(slice(1, 3, 2), TensorType.f32(5)),
        wrong(slice(6, 0, 1), TensorType.f32(5)),
        wrong(slice(-1, 2, 1), TensorType.f32(5)),
        wrong(slice(0, 2, 0), TensorType.f32(5)),
        wrong(new Gather(0, 1), MATRIX, TensorType.i32(3)),
        wrong(new Gather(0, 0), MATRIX, TensorType.f32(3)),
        wrong(new Gather(1, 1), MATRIX, TensorType.i32(4)));
  }

  private static Slice slice(long start, long size, long step) {
    return new Slice(List.of(start), Shape.of(size), List.of(step));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void whatDoesNotFitIsAnError(Wrong wrong) {
    MerapiException error =
        assertThrows(MerapiException.class, () -> wrong.op.infer(wrong.operands));
    assertEquals(Kind.SHAPE, error.kind());
  }

  @Test
  void anEmptySliceMayStartAtTheEnd() {
    assertEquals(List.of(TensorType.f32(0)), slice(5, 0, 1).infer(List.of(TensorType.f32(5))));
  }

  @Test
  void axesOfAFoldAreASet() {
    assertEquals(new Fold(Monoid.SUM, List.of(0, 1)), new Fold(Monoid.SUM, List.of(1, 0, 1)));
  }
}
