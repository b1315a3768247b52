package dev.merapi.kernels.ir;

import java.util.List;
import java.util.function.UnaryOperator;

/// A function of its operands alone. It cannot fail, so it may be computed earlier, or although
/// nobody needs it.
public sealed interface Pure extends Instruction {
  Value result();

  @Override
  default List<Value> results() {
    return List.of(result());
  }

  @Override
  Pure rename(UnaryOperator<Value> values);

  /// A constant: of an integer its value, of a condition 0 or 1, of a mask bit `i` for lane `i`, of
  /// a vector the bits of every lane, those of a 4-byte lane with their sign extended.
  record Constant(Value result, long bits) implements Pure {
    @Override
    public List<Value> operands() {
      return List.of();
    }

    @Override
    public Constant rename(UnaryOperator<Value> values) {
      return this;
    }
  }

  /// The integers 0, 1, 2 ... in the lanes.
  record LaneNumbers(Value result) implements Pure {
    @Override
    public List<Value> operands() {
      return List.of();
    }

    @Override
    public LaneNumbers rename(UnaryOperator<Value> values) {
      return this;
    }
  }

  /// An integer from two.
  record IntBinary(Value result, IntOp op, Value a, Value b) implements Pure {
    @Override
    public List<Value> operands() {
      return List.of(a, b);
    }

    @Override
    public IntBinary rename(UnaryOperator<Value> values) {
      return new IntBinary(result, op, values.apply(a), values.apply(b));
    }
  }

  /// A condition from two integers.
  record IntCompare(Value result, Comparison comparison, Value a, Value b) implements Pure {
    @Override
    public List<Value> operands() {
      return List.of(a, b);
    }

    @Override
    public IntCompare rename(UnaryOperator<Value> values) {
      return new IntCompare(result, comparison, values.apply(a), values.apply(b));
    }
  }

  /// The pointer to an address.
  record AddressOf(Value result, Address address) implements Pure {
    @Override
    public List<Value> operands() {
      return address.operands();
    }

    @Override
    public AddressOf rename(UnaryOperator<Value> values) {
      return new AddressOf(result, address.rename(values));
    }
  }

  /// A vector from vectors, lane by lane.
  record Lanewise(Value result, LaneOp op, List<Value> operands) implements Pure {
    public Lanewise {
      operands = List.copyOf(operands);
    }

    @Override
    public Lanewise rename(UnaryOperator<Value> values) {
      return new Lanewise(result, op, operands.stream().map(values).toList());
    }
  }

  /// A shift of all lanes by one distance, from 0 to below the bits of a lane.
  record Shift(Value result, LaneOp op, Value operand, int distance) implements Pure {
    @Override
    public List<Value> operands() {
      return List.of(operand);
    }

    @Override
    public Shift rename(UnaryOperator<Value> values) {
      return new Shift(result, op, values.apply(operand), distance);
    }
  }

  /// A mask from two vectors.
  record Compare(Value result, Comparison comparison, Value a, Value b) implements Pure {
    @Override
    public List<Value> operands() {
      return List.of(a, b);
    }

    @Override
    public Compare rename(UnaryOperator<Value> values) {
      return new Compare(result, comparison, values.apply(a), values.apply(b));
    }
  }

  /// The lanes of one vector where a mask is on, those of another where it is off.
  record Select(Value result, Value mask, Value yes, Value no) implements Pure {
    @Override
    public List<Value> operands() {
      return List.of(mask, yes, no);
    }

    @Override
    public Select rename(UnaryOperator<Value> values) {
      return new Select(result, values.apply(mask), values.apply(yes), values.apply(no));
    }
  }

  /// A mask from masks.
  record MaskLogic(Value result, MaskOp op, List<Value> operands) implements Pure {
    public MaskLogic {
      operands = List.copyOf(operands);
    }

    @Override
    public MaskLogic rename(UnaryOperator<Value> values) {
      return new MaskLogic(result, op, operands.stream().map(values).toList());
    }
  }

  /// The mask of the lanes below an integer: none for 0 and less, all from the count on.
  record MaskBelow(Value result, Value limit) implements Pure {
    @Override
    public List<Value> operands() {
      return List.of(limit);
    }

    @Override
    public MaskBelow rename(UnaryOperator<Value> values) {
      return new MaskBelow(result, values.apply(limit));
    }
  }

  /// A condition from a mask.
  record TestMask(Value result, MaskTest test, Value mask) implements Pure {
    @Override
    public List<Value> operands() {
      return List.of(mask);
    }

    @Override
    public TestMask rename(UnaryOperator<Value> values) {
      return new TestMask(result, test, values.apply(mask));
    }
  }

  /// Lanes of another type with the same values: between the floats, between the integers, and
  /// between an `i32` and either float. Narrowing to `f32` rounds to nearest, ties to even;
  /// narrowing to `i32` wraps an integer; a float is cut off towards zero and saturates, and a NaN
  /// becomes 0: Java's casts.
  record Convert(Value result, Value operand) implements Pure {
    @Override
    public List<Value> operands() {
      return List.of(operand);
    }

    @Override
    public Convert rename(UnaryOperator<Value> values) {
      return new Convert(result, values.apply(operand));
    }
  }

  /// Lanes of another type of the same size with the same bits.
  record Reinterpret(Value result, Value operand) implements Pure {
    @Override
    public List<Value> operands() {
      return List.of(operand);
    }

    @Override
    public Reinterpret rename(UnaryOperator<Value> values) {
      return new Reinterpret(result, values.apply(operand));
    }
  }

  /// A vector whose lanes are all one scalar: a vector of one lane, or an integer, wrapped.
  record Splat(Value result, Value scalar) implements Pure {
    @Override
    public List<Value> operands() {
      return List.of(scalar);
    }

    @Override
    public Splat rename(UnaryOperator<Value> values) {
      return new Splat(result, values.apply(scalar));
    }
  }

  /// The integer in a vector of one lane.
  record ToInteger(Value result, Value scalar) implements Pure {
    @Override
    public List<Value> operands() {
      return List.of(scalar);
    }

    @Override
    public ToInteger rename(UnaryOperator<Value> values) {
      return new ToInteger(result, values.apply(scalar));
    }
  }

  /// The lanes `from` to `from + count of the result`; `from` is a multiple of that count.
  record Slice(Value result, Value operand, int from) implements Pure {
    @Override
    public List<Value> operands() {
      return List.of(operand);
    }

    @Override
    public Slice rename(UnaryOperator<Value> values) {
      return new Slice(result, values.apply(operand), from);
    }
  }

  /// The lanes of one vector, then those of another.
  record Concat(Value result, Value low, Value high) implements Pure {
    @Override
    public List<Value> operands() {
      return List.of(low, high);
    }

    @Override
    public Concat rename(UnaryOperator<Value> values) {
      return new Concat(result, values.apply(low), values.apply(high));
    }
  }

  /// The lanes of a vector in another order.
  ///
  /// @param distance of a swap; otherwise 0
  record Permute(Value result, Permutation permutation, Value operand, int distance)
      implements Pure {
    @Override
    public List<Value> operands() {
      return List.of(operand);
    }

    @Override
    public Permute rename(UnaryOperator<Value> values) {
      return new Permute(result, permutation, values.apply(operand), distance);
    }
  }
}
