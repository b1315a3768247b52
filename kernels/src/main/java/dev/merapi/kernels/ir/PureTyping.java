package dev.merapi.kernels.ir;

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
import java.util.List;

/// The rules of instructions without effects.
///
/// @param rules what rules are made of
record PureTyping(Pure pure, Typing rules) {
  void check() {
    switch (pure) {
      case Constant constant -> constant(constant);
      case LaneNumbers numbers -> integerLanes(numbers.result());
      case IntBinary binary -> integers(binary.operands(), binary.result(), Word.INTEGER);
      case IntCompare compare -> integers(compare.operands(), compare.result(), Word.CONDITION);
      case AddressOf address -> {
        rules.address(address.address());
        rules.is(address.result(), Word.POINTER);
      }
      case Lanewise lanewise -> lanewise(lanewise);
      case Shift shift -> shift(shift);
      case Compare compare -> {
        VectorType type = rules.vector(compare.a());
        rules.is(compare.b(), type);
        rules.is(compare.result(), new MaskType(type.count()));
      }
      case Select select -> {
        VectorType type = rules.vector(select.result());
        rules.is(select.yes(), type);
        rules.is(select.no(), type);
        rules.mask(select.mask(), type.count());
      }
      case MaskLogic logic -> {
        arity(logic.operands(), logic.op().arity());
        masks(logic.operands(), logic.result());
      }
      case MaskBelow below -> {
        rules.is(below.limit(), Word.INTEGER);
        masks(List.of(), below.result());
      }
      case TestMask test -> {
        masks(List.of(), test.mask());
        rules.is(test.result(), Word.CONDITION);
      }
      case Convert convert -> convert(convert);
      case Reinterpret same -> {
        VectorType from = rules.vector(same.operand());
        rules.is(same.result(), new VectorType(from.lane().reinterpreted(), from.count()));
      }
      case Splat splat -> splat(splat);
      case ToInteger scalar -> {
        VectorType type = integerLanes(scalar.scalar());
        rules.require(type.count() == 1, "not one lane: count=", type.count());
        rules.is(scalar.result(), Word.INTEGER);
      }
      case Slice slice -> slice(slice);
      case Concat concat -> {
        VectorType half = rules.vector(concat.low());
        rules.is(concat.high(), half);
        VectorType whole = rules.vector(concat.result());
        rules.require(whole.count() == 2 * half.count(), "the result is not twice as long");
        rules.is(concat.result(), half.withCount(whole.count()));
      }
      case Permute permute -> permute(permute);
    }
  }

  private void constant(Constant constant) {
    long bits = constant.bits();
    switch (constant.result().type()) {
      case Word word -> {
        rules.require(word != Word.POINTER, "a pointer is no constant");
        rules.require(word == Word.INTEGER || bits >> 1 == 0, "a condition is 0 or 1");
      }
      case MaskType mask -> rules.require((bits & ~mask.all()) == 0, "bits beyond the lanes");
      case VectorType vector ->
          rules.require(
              vector.lane().bytes() == Long.BYTES || bits == (int) bits, "bits beyond the lane");
    }
  }

  private void integers(List<Value> operands, Value result, Word type) {
    operands.forEach(each -> rules.is(each, Word.INTEGER));
    rules.is(result, type);
  }

  private VectorType integerLanes(Value value) {
    VectorType type = rules.vector(value);
    rules.require(!type.lane().isFloat(), "not integer lanes: type=", type);
    return type;
  }

  private void lanewise(Lanewise lanewise) {
    VectorType type = rules.vector(lanewise.result());
    arity(lanewise.operands(), lanewise.op().arity());
    lanewise.operands().forEach(each -> rules.is(each, type));
    rules.require(lanewise.op().takes(type.lane()), "not defined for these lanes: type=", type);
  }

  private void shift(Shift shift) {
    VectorType type = integerLanes(shift.result());
    rules.is(shift.operand(), type);
    rules.require(shift.op().isShift(), "not a shift: op=", shift.op());
    rules.require(
        shift.distance() >= 0 && shift.distance() < type.lane().bits(),
        "distance out of range: distance=",
        shift.distance());
  }

  private void arity(List<Value> operands, int arity) {
    rules.require(
        operands.size() == arity,
        "wrong number of operands: given=",
        operands.size(),
        ", wanted=",
        arity);
  }

  private void masks(List<Value> operands, Value result) {
    rules.require(result.type() instanceof MaskType, "not a mask: type=", result.type());
    operands.forEach(each -> rules.is(each, result.type()));
  }

  private void convert(Convert convert) {
    VectorType from = rules.vector(convert.operand());
    VectorType to = rules.vector(convert.result());
    rules.require(from.count() == to.count(), "lane counts differ");
    boolean defined =
        from.lane() != to.lane()
            && (from.lane().isFloat() == to.lane().isFloat()
                || from.lane() == Lane.I32
                || to.lane() == Lane.I32);
    rules.require(defined, "no such conversion: from=", from, ", to=", to);
  }

  private void splat(Splat splat) {
    VectorType type = rules.vector(splat.result());
    if (splat.scalar().type() == Word.INTEGER) {
      integerLanes(splat.result());
    } else {
      rules.is(splat.scalar(), type.withCount(1));
    }
  }

  private void slice(Slice slice) {
    VectorType whole = rules.vector(slice.operand());
    VectorType part = rules.vector(slice.result());
    rules.is(slice.operand(), part.withCount(whole.count()));
    int from = slice.from();
    rules.require(
        from >= 0 && from % part.count() == 0 && from + part.count() <= whole.count(),
        "lanes out of range: from=",
        from,
        ", count=",
        part.count());
  }

  private void permute(Permute permute) {
    VectorType type = rules.vector(permute.result());
    rules.is(permute.operand(), type);
    int distance = permute.distance();
    boolean fits =
        permute.permutation() == Permutation.SWAP
            ? Integer.bitCount(distance) == 1 && distance > 0 && distance < type.count()
            : distance == 0 && type.count() > 1;
    rules.require(fits, "distance does not fit: distance=", distance, ", type=", type);
  }
}
