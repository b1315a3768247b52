package dev.merapi.kernels.ir.interpret;

import dev.merapi.kernels.ir.Address;
import dev.merapi.kernels.ir.Lane;
import dev.merapi.kernels.ir.MaskType;
import dev.merapi.kernels.ir.Pure;
import dev.merapi.kernels.ir.Pure.AddressOf;
import dev.merapi.kernels.ir.Pure.Compare;
import dev.merapi.kernels.ir.Pure.Concat;
import dev.merapi.kernels.ir.Pure.Constant;
import dev.merapi.kernels.ir.Pure.Convert;
import dev.merapi.kernels.ir.Pure.IntBinary;
import dev.merapi.kernels.ir.Pure.IntCompare;
import dev.merapi.kernels.ir.Pure.LaneNumbers;
import dev.merapi.kernels.ir.Pure.Lanewise;
import dev.merapi.kernels.ir.Pure.MaskBelow;
import dev.merapi.kernels.ir.Pure.MaskLogic;
import dev.merapi.kernels.ir.Pure.Permute;
import dev.merapi.kernels.ir.Pure.Reinterpret;
import dev.merapi.kernels.ir.Pure.Select;
import dev.merapi.kernels.ir.Pure.Shift;
import dev.merapi.kernels.ir.Pure.Slice;
import dev.merapi.kernels.ir.Pure.Splat;
import dev.merapi.kernels.ir.Pure.TestMask;
import dev.merapi.kernels.ir.Pure.ToInteger;
import dev.merapi.kernels.ir.Value;
import dev.merapi.kernels.ir.VectorType;
import dev.merapi.kernels.ir.Word;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/// Interprets instructions without effects.
record PureSteps(Frame frame) {
  void run(Pure pure) {
    Value to = pure.result();
    switch (pure) {
      case Constant constant -> constant(to, constant.bits());
      case LaneNumbers _ -> lanes(to, i -> i);
      case IntBinary(_, var op, Value a, Value b) ->
          frame.word(to, op.apply(frame.word(a), frame.word(b)));
      case IntCompare(_, var comparison, Value a, Value b) ->
          frame.condition(to, comparison.test(frame.word(a), frame.word(b)));
      case AddressOf(_, Address address) ->
          frame.pointer(to, address(address), frame.buffer(address.base()));
      case Lanewise lanewise -> lanewise(lanewise);
      case Shift(_, var op, Value operand, int distance) -> {
        long[] a = frame.lanes(operand);
        lanes(to, i -> LaneArithmetic.apply(op, lane(to), a[i], distance, 0));
      }
      case Compare(_, var comparison, Value a, Value b) -> {
        long[] x = frame.lanes(a);
        long[] y = frame.lanes(b);
        long mask = 0;
        for (int i = 0; i < x.length; i++) {
          mask |= LaneArithmetic.compare(comparison, lane(a), x[i], y[i]) ? 1L << i : 0;
        }
        frame.word(to, mask);
      }
      case Select(_, Value mask, Value yes, Value no) -> {
        long[] x = frame.lanes(yes);
        long[] y = frame.lanes(no);
        lanes(to, i -> frame.isOn(mask, i) ? x[i] : y[i]);
      }
      case MaskLogic logic -> logic(logic);
      case MaskBelow(_, Value limit) -> {
        long lanes = Math.clamp(frame.word(limit), 0, to.count());
        frame.word(to, lanes == 0 ? 0 : -1L >>> (Long.SIZE - lanes));
      }
      case TestMask test -> {
        long mask = frame.word(test.mask());
        frame.condition(
            to,
            switch (test.test()) {
              case ANY -> mask != 0;
              case ALL -> mask == new MaskType(test.mask().count()).all();
              case FIRST -> (mask & 1) != 0;
            });
      }
      case Convert(_, Value operand) -> {
        long[] a = frame.lanes(operand);
        lanes(to, i -> LaneArithmetic.convert(lane(operand), lane(to), a[i]));
      }
      case Reinterpret(_, Value operand) -> frame.lanes(to, frame.lanes(operand));
      case Splat(_, Value scalar) -> {
        boolean isWord = scalar.type() == Word.INTEGER;
        long bits = isWord ? frame.word(scalar) : frame.lanes(scalar)[0];
        constant(to, lane(to).bytes() == Integer.BYTES ? (int) bits : bits);
      }
      case ToInteger(_, Value scalar) -> frame.word(to, frame.lanes(scalar)[0]);
      case Slice(_, Value operand, int from) -> {
        long[] a = frame.lanes(operand);
        lanes(to, i -> a[from + i]);
      }
      case Concat(_, Value low, Value high) -> {
        long[] x = frame.lanes(low);
        long[] y = frame.lanes(high);
        lanes(to, i -> i < x.length ? x[i] : y[i - x.length]);
      }
      case Permute(_, var permutation, Value operand, int distance) -> {
        long[] a = frame.lanes(operand);
        lanes(to, i -> a[permutation.source(i, a.length, distance)]);
      }
    }
  }

  long address(Address address) {
    Value index = address.index();
    long scaled = index == null ? 0 : frame.word(index) * address.scale();
    return frame.word(address.base()) + scaled + address.offset();
  }

  private static Lane lane(Value value) {
    return value.vector().lane();
  }

  private void lanes(Value to, IntToLongFunction lane) {
    frame.lanes(to, IntStream.range(0, to.vector().count()).mapToLong(lane).toArray());
  }

  private void constant(Value to, long bits) {
    if (to.type() instanceof VectorType type) {
      long[] lanes = new long[type.count()];
      Arrays.fill(lanes, bits);
      frame.lanes(to, lanes);
    } else {
      frame.word(to, bits);
    }
  }

  private void lanewise(Lanewise lanewise) {
    List<Value> operands = lanewise.operands();
    long[] a = frame.lanes(operands.getFirst());
    long[] b = operands.size() > 1 ? frame.lanes(operands.get(1)) : a;
    long[] c = operands.size() > 2 ? frame.lanes(operands.get(2)) : a;
    Lane lane = lane(lanewise.result());
    lanes(lanewise.result(), i -> LaneArithmetic.apply(lanewise.op(), lane, a[i], b[i], c[i]));
  }

  private void logic(MaskLogic logic) {
    long a = frame.word(logic.operands().getFirst());
    long b = frame.word(logic.operands().getLast());
    long all = new MaskType(logic.result().count()).all();
    frame.word(
        logic.result(),
        switch (logic.op()) {
          case AND -> a & b;
          case OR -> a | b;
          case XOR -> a ^ b;
          case ANDNOT -> a & ~b;
          case NOT -> ~a & all;
        });
  }
}
