package dev.merapi.kernels.ir.build;

import dev.merapi.kernels.ir.Address;
import dev.merapi.kernels.ir.Block;
import dev.merapi.kernels.ir.Instruction;
import dev.merapi.kernels.ir.Instruction.Call;
import dev.merapi.kernels.ir.Lane;
import dev.merapi.kernels.ir.MaskType;
import dev.merapi.kernels.ir.Pure;
import dev.merapi.kernels.ir.Pure.AddressOf;
import dev.merapi.kernels.ir.Pure.Constant;
import dev.merapi.kernels.ir.Pure.LaneNumbers;
import dev.merapi.kernels.ir.PureKey;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.Type;
import dev.merapi.kernels.ir.Typing;
import dev.merapi.kernels.ir.Value;
import dev.merapi.kernels.ir.VectorType;
import dev.merapi.kernels.ir.Verifier;
import dev.merapi.kernels.ir.Word;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/// Builds one [Routine].
///
/// Instructions are checked as they are written, so that a mistake is an exception on the author's
/// line. A pure instruction that was written before, here or in a surrounding block, is not
/// repeated, and integer arithmetic on constants is done at once.
public final class RoutineBuilder {
  private final String name;
  private final List<Value> parameters = new ArrayList<>();
  private final Map<Value, Long> constants = new HashMap<>();
  private final Names names = new Names();
  private final Integers integers = new Integers(this);
  private final Control control = new Control(this);
  private Scope scope = new Scope(null);
  private int values;

  /// @param name a Java identifier
  public RoutineBuilder(String name) {
    this.name = name;
  }

  /// The finished routine, verified.
  public Routine build() {
    Block body = new Block(List.of(), scope.instructions(), List.of());
    return Verifier.verify(new Routine(name, parameters, body, values));
  }

  // Parameters

  /// The next parameter, an integer.
  public Int integer(String parameter) {
    return new Int(this, parameter(Word.INTEGER, parameter));
  }

  /// The next parameter, a pointer.
  public Ptr pointer(String parameter) {
    return new Ptr(this, parameter(Word.POINTER, parameter), 0);
  }

  private Value parameter(Word type, String parameter) {
    Value value = create(type);
    name(value, parameter);
    parameters.add(value);
    return value;
  }

  // Constants

  public Int constant(long number) {
    return new Int(this, constant(Word.INTEGER, number));
  }

  Cond condition(boolean holds) {
    return new Cond(this, constant(Word.CONDITION, holds ? 1 : 0));
  }

  /// A float, rounded, in all lanes.
  public Vec f32(int count, double number) {
    return vector(new VectorType(Lane.F32, count), number);
  }

  /// The float of these bits in all lanes.
  public Vec f32Bits(int count, int bits) {
    return new Vec(this, constant(new VectorType(Lane.F32, count), bits));
  }

  public Vec f64(int count, double number) {
    return vector(new VectorType(Lane.F64, count), number);
  }

  public Vec i32(int count, int number) {
    return integers(Lane.I32, count, number);
  }

  public Vec i64(int count, long number) {
    return integers(Lane.I64, count, number);
  }

  /// An integer, wrapped, in all lanes of an integer type.
  public Vec integers(Lane lane, int count, long number) {
    if (lane.isFloat()) {
      throw new IllegalArgumentException("not an integer type: lane=" + lane);
    }
    long bits = lane == Lane.I32 ? (int) number : number;
    return new Vec(this, constant(new VectorType(lane, count), bits));
  }

  /// A number in all lanes of a type, as Java casts it.
  public Vec vector(VectorType type, double number) {
    long bits =
        switch (type.lane()) {
          case F32 -> Float.floatToRawIntBits((float) number);
          case F64 -> Double.doubleToRawLongBits(number);
          case I32 -> (int) number;
          case I64 -> (long) number;
        };
    return new Vec(this, constant(type, bits));
  }

  /// A mask of known lanes: lane `i` is bit `i`.
  public Mask mask(int count, long bits) {
    return new Mask(this, constant(new MaskType(count), bits));
  }

  /// The integers 0, 1, 2 ... in the lanes.
  public Vec laneNumbers(Lane lane, int count) {
    return new Vec(this, pure(new VectorType(lane, count), LaneNumbers::new));
  }

  private Value constant(Type type, long bits) {
    Value value = pure(type, out -> new Constant(out, bits));
    constants.put(value, bits);
    return value;
  }

  // Control

  /// A variable.
  public Var<Vec> variable(String variable, Vec initial) {
    return control.variable(variable, initial, value -> new Vec(this, value));
  }

  public Var<Mask> variable(String variable, Mask initial) {
    return control.variable(variable, initial, value -> new Mask(this, value));
  }

  public Var<Int> variable(String variable, Int initial) {
    return control.variable(variable, initial, value -> new Int(this, value));
  }

  public Var<Ptr> variable(String variable, Ptr initial) {
    return control.variable(variable, initial, value -> new Ptr(this, value, 0));
  }

  /// `for (i = from; i < to; i += step)`. One turn or none that is known beforehand is no loop.
  public void loop(Int from, Int to, long step, Consumer<Int> body) {
    control.loop(from, to, step, body);
  }

  /// `for (i = 0; i < to; i++)`.
  public void loop(Int to, Consumer<Int> body) {
    loop(constant(0), to, 1, body);
  }

  /// A loop along `to` elements, so many lanes at once: full turns with a mask that is known to be
  /// all on, then, if elements are left, one with the mask of these.
  public void lanes(Int to, int count, BiConsumer<Int, Mask> body) {
    Int full = to.and(-count);
    loop(constant(0), full, count, i -> body.accept(i, mask(count, new MaskType(count).all())));
    when(full.lessThan(to), () -> body.accept(full, to.minus(full).maskBelow(count)));
  }

  /// The same for a body that may do an element twice: the last full turn is moved back to the end
  /// instead of a turn with a mask, which only fewer elements than lanes get.
  public void overlappingLanes(Int to, int count, BiConsumer<Int, Mask> body) {
    when(
        to.minus(count).lessThan(0),
        () -> when(constant(0).lessThan(to), () -> body.accept(constant(0), to.maskBelow(count))),
        () -> overlapping(to, count, i -> body.accept(i, mask(count, new MaskType(count).all()))));
  }

  /// A loop from 0 in steps of `count`, the last of which is moved back to the end.
  ///
  /// @param to `count` at least, or 0
  public void overlapping(Int to, int count, Consumer<Int> body) {
    Int last = to.minus(count);
    loop(constant(0), to, count, i -> body.accept(i.min(last)));
  }

  /// Runs `then` if a condition holds.
  public void when(Cond condition, Runnable then) {
    when(condition, then, () -> {});
  }

  /// Runs `then` if a condition holds, otherwise `otherwise`.
  public void when(Cond condition, Runnable then, Runnable otherwise) {
    control.when(condition, then, otherwise);
  }

  /// Calls another routine.
  public void call(Routine routine, Handle... arguments) {
    var operands = new ArrayList<Value>();
    for (Handle argument : arguments) {
      operands.add(argument.value());
    }
    effect(new Call(routine, operands));
  }

  // What the handles are made of

  Integers integers() {
    return integers;
  }

  OptionalLong constant(Value value) {
    Long bits = constants.get(value);
    return bits == null ? OptionalLong.empty() : OptionalLong.of(bits);
  }

  void name(Value value, String wanted) {
    names.give(value, wanted);
  }

  void unname(Value value) {
    names.release(value);
  }

  Value create(Type type) {
    Value value = new Value(values++, type, "");
    names.giveAny(value);
    return value;
  }

  Value address(Address address) {
    return pure(Word.POINTER, out -> new AddressOf(out, address));
  }

  /// The result of an instruction that may have been written before.
  Value pure(Type type, Function<Value, Pure> instruction) {
    Pure unnamed = instruction.apply(new Value(-1, type, "?"));
    PureKey key = new PureKey(unnamed);
    Value known = scope.find(key);
    if (known != null) {
      return known;
    }
    Typing.check(unnamed);
    Value result = create(type);
    scope.add(instruction.apply(result));
    scope.define(key, result);
    return result;
  }

  Value effect(Type type, Function<Value, Instruction> instruction) {
    Value result = create(type);
    effect(instruction.apply(result));
    return result;
  }

  void effect(Instruction instruction) {
    Typing.check(instruction);
    scope.add(instruction);
  }

  Scope scope() {
    return scope;
  }

  /// Builds a nested block.
  Scope nested(Runnable body) {
    Scope before = scope;
    Scope inner = new Scope(before);
    scope = inner;
    try {
      body.run();
    } finally {
      scope = Objects.requireNonNull(before);
    }
    inner.end();
    return inner;
  }
}
