package dev.merapi.kernels.bytecode;

import dev.merapi.kernels.ir.Instruction;
import dev.merapi.kernels.ir.Lane;
import dev.merapi.kernels.ir.Permutation;
import dev.merapi.kernels.ir.Pure.Concat;
import dev.merapi.kernels.ir.Pure.Permute;
import dev.merapi.kernels.ir.Pure.Slice;
import dev.merapi.kernels.ir.Pure.Splat;
import dev.merapi.kernels.ir.Value;
import dev.merapi.kernels.ir.Word;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/// Emits instructions that bring lanes to other places. Where whole chunks move, nothing is
/// emitted: they get other names.
record VectorMoves(CodeBuilder code, VectorValues values) {
  void emit(Instruction instruction) {
    switch (instruction) {
      case Splat splat -> splat(splat);
      case Slice slice -> slice(slice);
      case Concat concat -> concat(concat);
      case Permute permute -> permute(permute);
      default -> throw new IllegalStateException("not moving: instruction=" + instruction);
    }
  }

  private void splat(Splat splat) {
    Value result = splat.result();
    Lane lane = result.vector().lane();
    if (!VectorValues.isOne(result)) {
      Api.species(code, values.chunks(result));
    }
    values.one(splat.scalar());
    if (splat.scalar().type() == Word.INTEGER) {
      LaneCode.convert(code, Lane.I64, lane);
    }
    if (VectorValues.isOne(result)) {
      values.defineOne(result);
      return;
    }
    Api.broadcast(code, lane);
    // All chunks are one.
    int[] slots = new int[values.chunks(result).count()];
    Arrays.fill(slots, code.allocateLocal(TypeKind.REFERENCE));
    code.astore(slots[0]);
    values.alias(result, slots);
  }

  private void slice(Slice slice) {
    Value result = slice.result();
    Value operand = slice.operand();
    if (result.count() == operand.count()) {
      copy(result, operand);
      return;
    }
    Chunks from = values.chunks(operand);
    Lane lane = from.lane();
    if (result.count() == 1) {
      values.push(operand, slice.from() / from.lanes());
      code.loadConstant(slice.from() % from.lanes());
      Api.call(code, from.type(), "lane", Descs.of(lane), Descs.INT);
      values.defineOne(result);
      return;
    }
    Chunks to = values.chunks(result);
    if (to.lanes() == from.lanes() && !to.isWiderThan(result.count())) {
      int[] all = values.kept(operand);
      int first = slice.from() / from.lanes();
      values.alias(result, Arrays.copyOfRange(all, first, first + to.count()));
      return;
    }
    values.push(operand, slice.from() / from.lanes());
    int first = slice.from() % from.lanes();
    boolean moves = lane.bytes() == Integer.BYTES && first > 0;
    if (moves) {
      rearrange(from, i -> (first + i) % from.lanes());
    }
    if (to.lanes() < from.lanes()) {
      Api.reshape(code, lane, to, moves ? 0 : first / to.lanes());
    }
    values.define(result, 0);
  }

  private void copy(Value result, Value operand) {
    if (VectorValues.isOne(result)) {
      values.one(operand);
      values.defineOne(result);
    } else {
      values.alias(result, values.kept(operand));
    }
  }

  private void concat(Concat concat) {
    Value result = concat.result();
    Chunks to = values.chunks(result);
    Lane lane = to.lane();
    if (to.count() > 1) {
      int[] low = values.kept(concat.low());
      int[] high = values.kept(concat.high());
      values.alias(result, IntStream.concat(IntStream.of(low), IntStream.of(high)).toArray());
      return;
    }
    if (result.count() == 2) {
      Api.species(code, to);
      values.one(concat.low());
      Api.broadcast(code, lane);
      Api.species(code, to);
      values.one(concat.high());
      Api.broadcast(code, lane);
      Api.mask(code, to, oddLanes(to.lanes()));
      Api.blend(code, lane);
      values.define(result, 0);
      return;
    }
    widened(concat.low(), to, 0);
    if (lane.bytes() == Integer.BYTES) {
      widened(concat.high(), to, 0);
      rearrange(to, i -> i % concat.high().count());
    } else {
      widened(concat.high(), to, -1);
    }
    Api.mask(code, to, VectorLanes.upperHalf(to.lanes()));
    Api.blend(code, lane);
    values.define(result, 0);
  }

  /// Pushes the only chunk of a vector in a wider one.
  private void widened(Value value, Chunks to, int part) {
    values.push(value, 0);
    if (values.chunks(value).lanes() < to.lanes()) {
      Api.reshape(code, to.lane(), to, part);
    }
  }

  private void permute(Permute permute) {
    Value result = permute.result();
    Chunks chunks = values.chunks(result);
    int lanes = chunks.lanes();
    Permutation permutation = permute.permutation();
    int distance = permute.distance();
    if (permutation == Permutation.SWAP && distance >= lanes) {
      int[] all = values.kept(permute.operand());
      values.alias(
          result, IntStream.range(0, all.length).map(i -> all[i ^ distance / lanes]).toArray());
      return;
    }
    if (permutation == Permutation.SWAP || chunks.count() == 1) {
      int all = Math.min(lanes, result.count());
      for (int chunk = 0; chunk < chunks.count(); chunk++) {
        values.push(permute.operand(), chunk);
        rearrange(chunks, i -> permutation.source(i % all, all, distance));
        values.define(result, chunk);
      }
      return;
    }
    int half = chunks.count() / 2;
    for (int chunk = 0; chunk < chunks.count(); chunk++) {
      boolean zip = permutation == Permutation.ZIP;
      // Both chunks that lanes come from are rearranged alike.
      int odd = zip ? chunk % 2 : chunk / half;
      int first = zip ? chunk / 2 : 2 * (chunk % half);
      int second = zip ? first + half : first + 1;
      IntUnaryOperator source =
          zip ? i -> odd * lanes / 2 + i / 2 : i -> 2 * (i % (lanes / 2)) + odd;
      values.push(permute.operand(), first);
      rearrange(chunks, source);
      values.push(permute.operand(), second);
      rearrange(chunks, source);
      Api.mask(code, chunks, zip ? oddLanes(lanes) : VectorLanes.upperHalf(lanes));
      Api.blend(code, chunks.lane());
      values.define(result, chunk);
    }
  }

  private void rearrange(Chunks chunks, IntUnaryOperator source) {
    Api.rearrange(code, chunks, IntStream.range(0, chunks.lanes()).map(source).toArray());
  }

  private static long oddLanes(int lanes) {
    return 0xaaaaaaaaaaaaaaaaL & -1L >>> (Long.SIZE - lanes);
  }
}
