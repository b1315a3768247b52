package dev.merapi.kernels.loop;

import dev.merapi.graph.DType;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.spi.Access;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.LoopNest;
import dev.merapi.spi.LoopNest.Instr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Writes nests by hand: instructions go to the inner code of the current stage until [#point],
/// then to its point code until [#stage].
final class NestMaker {
  private final int outerRank;
  private final List<Long> extents;
  private final List<LoopNest.Stage> stages = new ArrayList<>();
  private final Map<Integer, DType> types = new HashMap<>();
  private List<Instr> inner = new ArrayList<>();
  private List<Instr> point = new ArrayList<>();
  private List<Instr> current = inner;
  private int next;

  private NestMaker(int outerRank, long... extents) {
    this.outerRank = outerRank;
    this.extents = Arrays.stream(extents).boxed().toList();
  }

  static NestMaker loops(int outerRank, long... extents) {
    return new NestMaker(outerRank, extents);
  }

  static Buffer buffer(int id, DType type, long elements) {
    return new Buffer(
        id, "buffer" + id, new TensorType(type, Shape.of(elements)), Buffer.Space.TEMPORARY);
  }

  int load(Buffer buffer, long offset, long... strides) {
    DType type = buffer.type().dtype();
    current.add(new Instr.Load(fresh(type), type, access(buffer, offset, strides)));
    return next - 1;
  }

  int f32(double value) {
    current.add(
        new Instr.Const(fresh(DType.F32), DType.F32, Float.floatToRawIntBits((float) value)));
    return next - 1;
  }

  int i32(int value) {
    current.add(new Instr.Const(fresh(DType.I32), DType.I32, value));
    return next - 1;
  }

  int index(long offset, long... strides) {
    current.add(
        new Instr.Index(
            fresh(DType.I32), DType.I32, offset, Arrays.stream(strides).boxed().toList()));
    return next - 1;
  }

  int apply(ScalarPrimitive primitive, Integer... operands) {
    DType type = primitive.infer(Arrays.stream(operands).map(types::get).toList());
    current.add(new Instr.Apply(fresh(type), type, primitive, List.of(operands)));
    return next - 1;
  }

  int fold(Monoid monoid, int operand) {
    DType type = types.get(operand);
    current.add(new Instr.Fold(fresh(type), type, monoid, operand));
    return next - 1;
  }

  int argFold(Monoid monoid, int operand) {
    current.add(new Instr.ArgFold(fresh(DType.I32), DType.I32, monoid, operand));
    return next - 1;
  }

  NestMaker store(Buffer buffer, int operand, long offset, long... strides) {
    current.add(new Instr.Store(buffer.type().dtype(), access(buffer, offset, strides), operand));
    return this;
  }

  void point() {
    current = point;
  }

  void stage() {
    stages.add(new LoopNest.Stage(inner, point));
    inner = new ArrayList<>();
    point = new ArrayList<>();
    current = inner;
  }

  LoopNest nest(String label) {
    stage();
    return new LoopNest(label, extents, outerRank, stages);
  }

  private static Access access(Buffer buffer, long offset, long... strides) {
    return new Access(buffer, offset, Arrays.stream(strides).boxed().toList());
  }

  private int fresh(DType type) {
    types.put(next, type);
    return next++;
  }
}
