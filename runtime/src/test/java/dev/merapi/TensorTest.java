package dev.merapi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Dim;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class TensorTest {
  private static final Tensor MATRIX = Tensor.of(Shape.of(2, 3), 1, 2, 3, 4, 5, 6).toF32();

  @Test
  void computesAtOnceOutsideATrace() {
    Tensor x = Tensor.of(1f, 2f, 4f);
    assertArrayEquals(new float[] {3, 5, 9}, x.times(2).plus(1).toFloats());
    assertArrayEquals(new float[] {2, 1, 0.5f}, Tensor.scalar(2).over(x).toFloats());
    assertEquals(7, x.sum().item());
    assertEquals(2, x.argMax(0).item());
    assertEquals("tensor([1., 2., 4.], f32[3])", x.toString());
    assertArrayEquals(
        new float[] {1, 5, 5},
        Tensor.where(x.lessThan(Tensor.scalar(2)), x, Tensor.scalar(5)).toFloats());
  }

  @Test
  void rearranges() {
    assertArrayEquals(new float[] {1, 4, 2, 5, 3, 6}, MATRIX.transpose(0, 1).toFloats());
    assertEquals(Shape.of(3, 2), MATRIX.reshape(-1, 2).shape());
    assertEquals(Shape.of(6), MATRIX.flatten(0).shape());
    assertEquals(Shape.of(2, 1, 3), MATRIX.expand(1).shape());
    assertEquals(Shape.of(2, 3, 1), MATRIX.expand(-1).shape());
    assertEquals(Shape.of(2, 3), MATRIX.expand(0).squeeze(0).shape());
    assertArrayEquals(new float[] {2, 3, 5, 6}, MATRIX.slice(1, 1, 3).toFloats());
    assertArrayEquals(
        new float[] {1, 2, 3, 1, 4, 5, 6, 4},
        Tensor.concat(1, MATRIX, MATRIX.slice(-1, 0, 1)).toFloats());
    assertKind(Kind.SHAPE, () -> MATRIX.reshape(-1, 4));
    assertKind(Kind.SHAPE, () -> MATRIX.reshape(-1, -1));
    assertKind(Kind.SHAPE, () -> MATRIX.squeeze(0));
    assertKind(Kind.SHAPE, () -> MATRIX.sum(2));
  }

  @Test
  void axesThatAreNotThereAreRefused() {
    Tensor ids = Tensor.of(0);
    for (int axis : new int[] {4, -5, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertKind(Kind.SHAPE, () -> MATRIX.expand(axis));
      assertKind(Kind.SHAPE, () -> MATRIX.squeeze(axis));
      assertKind(Kind.SHAPE, () -> MATRIX.flatten(axis));
      assertKind(Kind.SHAPE, () -> MATRIX.size(axis));
      assertKind(Kind.SHAPE, () -> MATRIX.shape().size(axis));
      assertKind(Kind.SHAPE, () -> MATRIX.shape().dim(axis));
      assertKind(Kind.SHAPE, () -> MATRIX.shape().with(axis, Dim.of(1)));
      assertKind(Kind.SHAPE, () -> MATRIX.slice(axis, 0, 1));
      assertKind(Kind.SHAPE, () -> MATRIX.sum(axis));
      assertKind(Kind.SHAPE, () -> MATRIX.mean(0, axis));
      assertKind(Kind.SHAPE, () -> MATRIX.argMax(axis));
      assertKind(Kind.SHAPE, () -> MATRIX.softmax(axis));
      assertKind(Kind.SHAPE, () -> MATRIX.logSoftmax(axis));
      assertKind(Kind.SHAPE, () -> MATRIX.transpose(0, axis));
      assertKind(Kind.SHAPE, () -> MATRIX.permute(0, axis));
      assertKind(Kind.SHAPE, () -> MATRIX.gather(axis, ids));
      assertKind(Kind.SHAPE, () -> MATRIX.gather(0, axis, ids));
      assertKind(Kind.SHAPE, () -> Tensor.concat(axis, MATRIX, MATRIX));
    }
    assertKind(Kind.SHAPE, () -> MATRIX.expand(3));
    assertKind(Kind.SHAPE, () -> MATRIX.expand(-4));
  }

  @Test
  void aPermutationNamesEveryAxisOnce() {
    assertKind(Kind.SHAPE, () -> MATRIX.permute());
    assertKind(Kind.SHAPE, () -> MATRIX.permute(0));
    assertKind(Kind.SHAPE, () -> MATRIX.permute(1));
    assertKind(Kind.SHAPE, () -> MATRIX.permute(0, 0));
    assertKind(Kind.SHAPE, () -> MATRIX.permute(0, 1, 1));
    assertArrayEquals(MATRIX.toFloats(), MATRIX.permute(0, 1).toFloats());
  }

  @Test
  void multipliesMatricesVectorsAndBatches() {
    Tensor other = MATRIX.transpose(0, 1);
    assertArrayEquals(new float[] {14, 32, 32, 77}, MATRIX.matmul(other).toFloats());
    Tensor vector = Tensor.of(1f, 1f, 1f);
    assertArrayEquals(new float[] {6, 15}, MATRIX.matmul(vector).toFloats());
    assertArrayEquals(new float[] {6, 15}, vector.matmul(other).toFloats());
    assertEquals(3, vector.matmul(vector).item());
    Tensor batch = Tensor.concat(0, other.expand(0), other.times(2).expand(0));
    assertEquals(Shape.of(2, 2, 2), MATRIX.matmul(batch).shape());
    assertArrayEquals(
        new float[] {14, 32, 32, 77, 28, 64, 64, 154}, MATRIX.matmul(batch).toFloats());
    assertArrayEquals(new float[] {6, 15, 12, 30}, vector.matmul(batch).toFloats());
    assertKind(Kind.SHAPE, () -> MATRIX.matmul(MATRIX));
  }

  @Test
  void typesAreNotConvertedSilently() {
    MerapiException error =
        assertThrows(MerapiException.class, () -> Tensor.of(1, 2).plus(Tensor.of(1f, 2f)));
    assertEquals(Kind.SHAPE, error.kind());
    assertTrue(error.getMessage().contains("toF32"), error.getMessage());
  }

  /// What takes `f32` alone says so, and by which name the user knows it.
  @Test
  void errorsOfTypesSayWhatToConvert() {
    Tensor integers = Tensor.of(Shape.of(2, 2), 1, 2, 3, 4);
    Tensor bools = integers.greaterThan(Tensor.of(2));
    var mistakes =
        Map.<String, Executable>of(
            "mean: takes f32: operand=i32[2,2]; hint: convert with toF32",
            () -> integers.mean(),
            "softmax: takes f32: operand=i32[2,2]; hint: convert with toF32",
            () -> integers.softmax(0),
            "logSoftmax: takes f32: operand=bool[2,2]; hint: convert with toF32",
            () -> bools.logSoftmax(0),
            "dot: takes f32: left=i32[2,2], right=i32[2,2]; hint: convert with toF32",
            () -> integers.matmul(integers),
            "fold: takes numbers: operand=bool[2,2]; hint: convert with toI32 or toF32",
            () -> bools.sum(),
            "map: operand types differ from the function's: argument=$0:bool,"
                + " operands=[i32[2,3], f32[2,3], f32[2,3]]; hint: convert with toF32, toI32 or"
                + " toBool",
            () -> Tensor.where(Tensor.of(Shape.of(2, 3), 1, 0, 1, 0, 1, 0), MATRIX, MATRIX),
            "tensor: element types differ: type=f32[2,3], wanted=i32; hint: convert with toF32 or"
                + " toI32",
            () -> MATRIX.toInts());
    mistakes.forEach((message, code) ->
        assertEquals(message, assertThrows(MerapiException.class, code).getMessage()));
  }

  @Test
  void sizesAreWholeNumbers() {
    assertEquals(Shape.of(2, 3), Shape.of(2.0, 3L));
    for (Number size : new Number[] {2.5, 0.1f, Double.NaN, Double.POSITIVE_INFINITY, 1e30}) {
      assertKind(Kind.ARGUMENT, () -> Shape.of(size));
    }
  }

  @Test
  void anIntegerTensorTakesNoFractions() {
    for (double number : new double[] {0.5, 3e9, -3e9, Double.NaN, Double.NEGATIVE_INFINITY}) {
      assertKind(Kind.SHAPE, () -> Tensor.full(TensorType.i32(2), number));
    }
    assertArrayEquals(new int[] {-3, -3}, Tensor.full(TensorType.i32(2), -3).toInts());
    assertArrayEquals(new int[] {2, 4}, Tensor.of(1, 2).times(2).toInts());
    assertKind(Kind.SHAPE, () -> Tensor.of(1, 2).times(0.5));
  }

  @Test
  void aTracedTensorHasNoValueYet() {
    var trace = Trace.of("net", Trace.Mode.EVALUATE);
    Tensor x = trace.input("x", TensorType.f32("N"));
    MerapiException error = assertThrows(MerapiException.class, () -> x.sum().item());
    assertEquals(Kind.TRACE, error.kind());
    assertTrue(error.getMessage().contains("where("), error.getMessage());
    assertFalse(error.getMessage().contains("Loop"), "there is no such class");
  }

  @Test
  void tensorsOfTwoTracesDoNotMix() {
    Tensor a = Trace.of("one", Trace.Mode.EVALUATE).input("x", TensorType.f32(2));
    Tensor b = Trace.of("two", Trace.Mode.EVALUATE).input("x", TensorType.f32(2));
    MerapiException error = assertThrows(MerapiException.class, () -> a.plus(b));
    assertEquals(Kind.TRACE, error.kind());
    assertTrue(
        error.getMessage().contains("one and two") || error.getMessage().contains("two and"),
        error.getMessage());
  }

  @Test
  void aFinishedTraceRecordsNoMore() {
    var trace = Trace.of("net", Trace.Mode.EVALUATE);
    Tensor x = trace.input("x", TensorType.f32(2));
    trace.finish();
    assertKind(Kind.TRACE, () -> x.plus(1));
  }

  @Test
  void knownNumbersBecomeConstants() {
    var trace = Trace.of("net", Trace.Mode.EVALUATE);
    Tensor x = trace.input("x", TensorType.f32("N", 2));
    Tensor y = x.plus(Tensor.of(1f, 2f));
    assertEquals(TensorType.f32("N", 2), y.type());
    assertEquals(TensorType.f32("2*N"), y.flatten(0).type());
    assertEquals(TensorType.f32("N", 1, 2), x.reshape(-1, 1, 2).type());
  }

  private static void assertKind(Kind kind, org.junit.jupiter.api.function.Executable code) {
    assertEquals(kind, assertThrows(MerapiException.class, code).kind());
  }
}
