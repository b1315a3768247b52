package dev.merapi.kernels.loop;

import dev.merapi.kernels.ir.build.Cond;
import dev.merapi.kernels.ir.build.Handle;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Mask;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Vec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The values of a nest at some place of a routine, by their numbers: vectors of a count of lanes,
/// or masks. Values of surrounding code are seen, and widened where they are scalars.
final class NestValues {
  private final RoutineBuilder b;
  private final Map<Integer, ScalarOp.Constant> constants;
  private final int count;
  private final @Nullable NestValues outer;
  private final Map<Integer, Handle> known = new HashMap<>();

  private NestValues(
      RoutineBuilder b,
      Map<Integer, ScalarOp.Constant> constants,
      int count,
      @Nullable NestValues outer) {
    this.b = b;
    this.constants = constants;
    this.count = count;
    this.outer = outer;
  }

  /// Constants alone.
  static NestValues of(RoutineBuilder b, List<ScalarOp.Constant> constants) {
    return new NestValues(
        b,
        constants.stream().collect(Collectors.toMap(ScalarOp.Constant::id, Function.identity())),
        1,
        null);
  }

  /// Values inside of this code, of as many lanes or, around scalars, of more.
  NestValues inside(int lanes) {
    return new NestValues(b, constants, lanes, this);
  }

  int count() {
    return count;
  }

  void define(int id, Handle value) {
    known.put(id, value);
  }

  /// @throws IllegalStateException if there is no such value
  Handle get(int id) {
    Handle value = known.get(id);
    ScalarOp.Constant constant = constants.get(id);
    if (value != null) {
      return value;
    }
    if (constant != null) {
      return lanes(constant);
    }
    if (outer == null) {
      throw new IllegalStateException("undefined value: id=" + id);
    }
    return widened(outer.get(id));
  }

  private Handle lanes(ScalarOp.Constant constant) {
    int bits = constant.bits();
    return switch (constant.type()) {
      case F32 -> b.f32Bits(count, bits);
      case I32 -> b.i32(count, bits);
      case BOOL -> b.mask(count, bits == 0 ? 0 : -1L >>> (Long.SIZE - count));
    };
  }

  private Handle widened(Handle value) {
    return switch (value) {
      case Vec vector -> vector.count() == count ? vector : vector.splat(count);
      case Mask mask ->
          mask.count() == count ? mask : mask.toInts().splat(count).differsFrom(b.i32(count, 0));
      case Int _, Ptr _, Cond _ ->
          throw new IllegalStateException("no lanes: value=" + value.value());
    };
  }
}
