package dev.merapi.kernels.ir;

import dev.merapi.kernels.ir.Pure.AddressOf;
import dev.merapi.kernels.ir.Pure.Compare;
import dev.merapi.kernels.ir.Pure.Constant;
import dev.merapi.kernels.ir.Pure.IntBinary;
import dev.merapi.kernels.ir.Pure.IntCompare;
import dev.merapi.kernels.ir.Pure.Lanewise;
import dev.merapi.kernels.ir.Pure.MaskLogic;
import dev.merapi.kernels.ir.Pure.Permute;
import dev.merapi.kernels.ir.Pure.Shift;
import dev.merapi.kernels.ir.Pure.Slice;
import dev.merapi.kernels.ir.Pure.TestMask;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a pure instruction computes: equal for two that differ in the result's name alone.
///
/// It is what the equality of the records says, compared by hand: that of records is put together
/// when it is first used and is slow until it is compiled.
public final class PureKey {
  private final Class<? extends Pure> kind;
  private final int type;
  private final Value[] operands;
  private final @Nullable Object operation;
  private final long number;
  private final int hash;

  /// Operands stand for themselves.
  private static final class Same implements Renaming {
    static final Same VALUE = new Same();

    @Override
    public Value use(Value value) {
      return value;
    }
  }

  /// What it computes of its own operands.
  public PureKey(Pure pure) {
    this(pure, Same.VALUE);
  }

  /// @param values which stand for its operands
  public PureKey(Pure pure, Renaming values) {
    kind = pure.getClass();
    type = code(pure.result().type());
    List<Value> used = pure.operands();
    operands = new Value[used.size()];
    int sum = kind.hashCode() + 31 * type;
    for (int i = 0; i < operands.length; i++) {
      operands[i] = values.use(used.get(i));
      sum = 31 * sum + operands[i].id();
    }
    operation = operation(pure);
    number = number(pure);
    hash = 31 * sum + Long.hashCode(number) + (operation == null ? 0 : operation.hashCode());
  }

  private static int code(Type type) {
    if (type instanceof VectorType vector) {
      return vector.lane().ordinal() << 8 | vector.count();
    }
    return type instanceof MaskType mask ? -mask.count() : 1 << 16 | ((Word) type).ordinal();
  }

  private static @Nullable Object operation(Pure pure) {
    if (pure instanceof Lanewise lanewise) {
      return lanewise.op();
    }
    if (pure instanceof IntBinary binary) {
      return binary.op();
    }
    if (pure instanceof IntCompare compare) {
      return compare.comparison();
    }
    if (pure instanceof Shift shift) {
      return shift.op();
    }
    if (pure instanceof Compare compare) {
      return compare.comparison();
    }
    if (pure instanceof MaskLogic logic) {
      return logic.op();
    }
    if (pure instanceof TestMask test) {
      return test.test();
    }
    return pure instanceof Permute permute ? permute.permutation() : null;
  }

  private static long number(Pure pure) {
    if (pure instanceof Constant constant) {
      return constant.bits();
    }
    if (pure instanceof AddressOf address) {
      Address a = address.address();
      return a.offset() << 4 | a.scale(); // of 32 bits, and 8 at most
    }
    if (pure instanceof Shift shift) {
      return shift.distance();
    }
    if (pure instanceof Slice slice) {
      return slice.from();
    }
    return pure instanceof Permute permute ? permute.distance() : 0;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof PureKey key)
        || hash != key.hash
        || kind != key.kind
        || type != key.type
        || number != key.number
        || operation != key.operation
        || operands.length != key.operands.length) {
      return false;
    }
    for (int i = 0; i < operands.length; i++) {
      if (operands[i] != key.operands[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
