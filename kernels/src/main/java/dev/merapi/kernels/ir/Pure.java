package dev.merapi.kernels.ir;

import java.util.List;

/// A function of its operands alone. It cannot fail, so it may be computed earlier, or although
/// nobody needs it.
public sealed interface Pure extends Instruction {
  Value result();

  @Override
  default List<Value> results() {
    return List.of(result());
  }

  @Override
  Pure rename(Renaming values);

  /// A constant: of an integer its value, of a condition 0 or 1, of a mask bit `i` for lane `i`, of
  /// a vector the bits of every lane, those of a 4-byte lane with their sign extended.
  record Constant(Value result, long bits) implements Pure {
    @Override
    public List<Value> operands() {
      return List.of();
    }

    @Override
    public Constant rename(Renaming values) {
      return new Constant(values.define(result), bits);
    }
  }

  /// The integers 0, 1, 2 ... in the lanes.
  record LaneNumbers(Value result) implements Pure {
    @Override
    public List<Value> operands() {
      return List.of();
    }

    @Override
    public LaneNumbers rename(Renaming values) {
      return new LaneNumbers(values.define(result));
    }
  }

  /// An integer from two.
  record IntBinary(Value result, IntOp op, Value a, Value b) implements Pure {
    @Override
    public List<Value> operands() {
      return List.of(a, b);
    }

    @Override
    public IntBinary rename(Renaming values) {
      return new IntBinary(values.define(result), op, values.use(a), values.use(b));
    }
  }

  /// A condition from two integers.
  record IntCompare(Value result, Comparison comparison, Value a, Value b) implements Pure {
    @Override
    public List<Value> operands() {
      return List.of(a, b);
    }

    @Override
    public IntCompare rename(Renaming values) {
      return new IntCompare(values.define(result), comparison, values.use(a), values.use(b));
    }
  }

  /// The pointer to an address.
  record AddressOf(Value result, Address address) implements Pure {
    @Override
    public List<Value> operands() {
      return address.operands();
    }

    @Override
    public AddressOf rename(Renaming values) {
      return new AddressOf(values.define(result), address.rename(values));
    }
  }

  /// A vector from vectors, lane by lane.
  record Lanewise(Value result, LaneOp op, List<Value> operands) implements Pure {
    public Lanewise {
      operands = List.copyOf(operands);
    }

    @Override
    public Lanewise rename(Renaming values) {
      return new Lanewise(values.define(result), op, operands.stream().map(values::use).toList());
    }
  }

  /// A shift of all lanes by one distance, from 0 to below the bits of a lane.
  record Shift(Value result, LaneOp op, Value operand, int distance) implements Pure {
    @Override
    public List<Value> operands() {
      return List.of(operand);
    }

    @Override
    public Shift rename(Renaming values) {
      return new Shift(values.define(result), op, values.use(operand), distance);
    }
  }

  /// A mask from two vectors.
  record Compare(Value result, Comparison comparison, Value a, Value b) implements Pure {
    @Override
    public List<Value> operands() {
      return List.of(a, b);
    }

    @Override
    public Compare rename(Renaming values) {
      return new Compare(values.define(result), comparison, values.use(a), values.use(b));
    }
  }

  /// The lanes of one vector where a mask is on, those of another where it is off.
  record Select(Value result, Value mask, Value yes, Value no) implements Pure {
    @Override
    public List<Value> operands() {
      return List.of(mask, yes, no);
    }

    @Override
    public Select rename(Renaming values) {
      return new Select(values.define(result), values.use(mask), values.use(yes), values.use(no));
    }
  }

  /// A mask from masks.
  record MaskLogic(Value result, MaskOp op, List<Value> operands) implements Pure {
    public MaskLogic {
      operands = List.copyOf(operands);
    }

    @Override
    public MaskLogic rename(Renaming values) {
      return new MaskLogic(values.define(result), op, operands.stream().map(values::use).toList());
    }
  }

  /// The mask of the lanes below an integer: none for 0 and less, all from the count on.
  record MaskBelow(Value result, Value limit) implements Pure {
    @Override
    public List<Value> operands() {
      return List.of(limit);
    }

    @Override
    public MaskBelow rename(Renaming values) {
      return new MaskBelow(values.define(result), values.use(limit));
    }
  }

  /// A condition from a mask.
  record TestMask(Value result, MaskTest test, Value mask) implements Pure {
    @Override
    public List<Value> operands() {
      return List.of(mask);
    }

    @Override
    public TestMask rename(Renaming values) {
      return new TestMask(values.define(result), test, values.use(mask));
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
    public Convert rename(Renaming values) {
      return new Convert(values.define(result), values.use(operand));
    }
  }

  /// Lanes of another type of the same size with the same bits.
  record Reinterpret(Value result, Value operand) implements Pure {
    @Override
    public List<Value> operands() {
      return List.of(operand);
    }

    @Override
    public Reinterpret rename(Renaming values) {
      return new Reinterpret(values.define(result), values.use(operand));
    }
  }

  /// A vector whose lanes are all one scalar: a vector of one lane, or an integer, wrapped.
  record Splat(Value result, Value scalar) implements Pure {
    @Override
    public List<Value> operands() {
      return List.of(scalar);
    }

    @Override
    public Splat rename(Renaming values) {
      return new Splat(values.define(result), values.use(scalar));
    }
  }

  /// The integer in a vector of one lane.
  record ToInteger(Value result, Value scalar) implements Pure {
    @Override
    public List<Value> operands() {
      return List.of(scalar);
    }

    @Override
    public ToInteger rename(Renaming values) {
      return new ToInteger(values.define(result), values.use(scalar));
    }
  }

  /// The lanes `from` to `from + count of the result`; `from` is a multiple of that count.
  record Slice(Value result, Value operand, int from) implements Pure {
    @Override
    public List<Value> operands() {
      return List.of(operand);
    }

    @Override
    public Slice rename(Renaming values) {
      return new Slice(values.define(result), values.use(operand), from);
    }
  }

  /// The lanes of one vector, then those of another.
  record Concat(Value result, Value low, Value high) implements Pure {
    @Override
    public List<Value> operands() {
      return List.of(low, high);
    }

    @Override
    public Concat rename(Renaming values) {
      return new Concat(values.define(result), values.use(low), values.use(high));
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
    public Permute rename(Renaming values) {
      return new Permute(values.define(result), permutation, values.use(operand), distance);
    }
  }
}
