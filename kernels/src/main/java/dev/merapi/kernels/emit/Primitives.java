package dev.merapi.kernels.emit;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;

import dev.merapi.graph.DType;
import dev.merapi.graph.ScalarPrimitive;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/// Emits one basic primitive, for vectors or scalars: the one table of what a primitive is in
/// bytecode.
///
/// A value of `BOOL` is a mask of float lanes, or an `int` that is 0 or 1.
final class Primitives {
  static final ClassDesc MASK = ClassDesc.of("jdk.incubator.vector", "VectorMask");
  private static final ClassDesc VECTOR = ClassDesc.of("jdk.incubator.vector", "Vector");
  private static final ClassDesc SPECIES = ClassDesc.of("jdk.incubator.vector", "VectorSpecies");
  private static final ClassDesc OPERATORS =
      ClassDesc.of("jdk.incubator.vector", "VectorOperators");
  private static final ClassDesc BINARY = OPERATORS.nested("Binary");
  private static final ClassDesc ASSOCIATIVE = OPERATORS.nested("Associative");
  private static final ClassDesc COMPARISON = OPERATORS.nested("Comparison");
  private static final ClassDesc CONVERSION = OPERATORS.nested("Conversion");
  private static final ClassDesc FLOATS = Element.F32.vector();
  private static final ClassDesc INTS = Element.I32.vector();
  private static final ClassDesc MATH = Math.class.describeConstable().orElseThrow();
  private static final ClassDesc FLOAT = Float.class.describeConstable().orElseThrow();

  private final LaneCode lane;
  private final CodeBuilder code;

  Primitives(LaneCode lane) {
    this.lane = lane;
    this.code = lane.code();
  }

  /// An operand: how to push it, and its value if that is an `int` constant.
  record Operand(DType type, Runnable push, OptionalInt constant) {}

  /// The class of a value of this type.
  static ClassDesc classOf(DType type, Lanes lanes) {
    return switch (type) {
      case F32 -> Element.F32.type(lanes);
      case I32 -> Element.I32.type(lanes);
      case BOOL -> lanes == Lanes.SCALAR ? CD_int : MASK;
    };
  }

  /// Pushes the result of a primitive.
  void apply(ScalarPrimitive primitive, List<Operand> operands) {
    if (primitive == ScalarPrimitive.SELECT) {
      select(operands);
    } else if (lane.isScalar()) {
      operands.forEach(operand -> operand.push().run());
      scalar(primitive, operands.getFirst().type());
    } else if (isShift(primitive) && operands.getLast().constant().isPresent()) {
      operands.getFirst().push().run();
      code.getstatic(OPERATORS, shift(primitive), BINARY);
      code.loadConstant(operands.getLast().constant().getAsInt());
      call(INTS, "lanewise", INTS, BINARY, CD_int);
    } else {
      vector(primitive, operands);
    }
  }

  private static boolean isShift(ScalarPrimitive primitive) {
    return switch (primitive) {
      case SHL, SHR, USHR -> true;
      default -> false;
    };
  }

  private static String shift(ScalarPrimitive primitive) {
    return switch (primitive) {
      case SHL -> "LSHL";
      case SHR -> "ASHR";
      case USHR -> "LSHR";
      default -> throw new IllegalArgumentException(primitive.name());
    };
  }

  // Vectors

  private void vector(ScalarPrimitive primitive, List<Operand> operands) {
    DType type = operands.getFirst().type();
    ClassDesc v = type == DType.F32 ? FLOATS : INTS;
    operands.getFirst().push().run();
    Runnable second = operands.size() > 1 ? operands.get(1).push() : () -> {};
    switch (primitive) {
      case ADD -> binary(v, "add", second);
      case SUB -> binary(v, "sub", second);
      case MUL -> binary(v, "mul", second);
      case DIV -> binary(v, "div", second);
      case NEG -> call(v, "neg", v);
      case ABS -> call(v, "abs", v);
      case SQRT -> call(v, "sqrt", v);
      case FMA -> {
        second.run();
        operands.getLast().push().run();
        call(v, "fma", v, VECTOR, VECTOR);
      }
      case LT, LE, EQ -> compare(primitive, type, second);
      case AND, OR, XOR -> logic(primitive, type, second);
      case NOT -> call(type == DType.BOOL ? MASK : v, "not", type == DType.BOOL ? MASK : v);
      case SHL, SHR, USHR -> lanewise(shift(primitive), BINARY, second);
      case TO_F32 -> toF32(type);
      case TO_I32 -> toI32(type);
      case TO_BOOL -> toBool(type);
      case BITS -> call(FLOATS, "reinterpretAsInts", INTS);
      case FROM_BITS -> call(INTS, "reinterpretAsFloats", FLOATS);
      case SELECT,
          MIN,
          MAX,
          FLOOR,
          CEIL,
          ROUND,
          EXP,
          EXPM1,
          LOG,
          LOG1P,
          SIN,
          COS,
          TANH,
          ATAN,
          ERF,
          POW ->
          throw notBasic(primitive);
    }
  }

  private void binary(ClassDesc vector, String name, Runnable second) {
    second.run();
    call(vector, name, vector, VECTOR);
  }

  private void lanewise(String operator, ClassDesc kind, Runnable second) {
    code.getstatic(OPERATORS, operator, kind);
    second.run();
    // The operator's own class may be a subtype; the method takes any binary one.
    call(INTS, "lanewise", INTS, BINARY, VECTOR);
  }

  private void compare(ScalarPrimitive primitive, DType type, Runnable second) {
    if (type == DType.BOOL) {
      compareMasks(primitive, second);
      return;
    }
    code.getstatic(OPERATORS, primitive.name(), COMPARISON);
    second.run();
    call(type == DType.F32 ? FLOATS : INTS, "compare", MASK, COMPARISON, VECTOR);
    if (type == DType.I32) {
      castMask(Element.F32);
    }
  }

  private void compareMasks(ScalarPrimitive primitive, Runnable second) {
    if (primitive == ScalarPrimitive.EQ) {
      second.run();
      mask("xor");
      call(MASK, "not", MASK);
    } else { // false < true
      call(MASK, "not", MASK);
      second.run();
      mask(primitive == ScalarPrimitive.LT ? "and" : "or");
    }
  }

  private void logic(ScalarPrimitive primitive, DType type, Runnable second) {
    if (type == DType.BOOL) {
      second.run();
      mask(primitive.name().toLowerCase(Locale.ROOT));
    } else {
      lanewise(primitive.name(), ASSOCIATIVE, second);
    }
  }

  private void mask(String name) {
    call(MASK, name, MASK, MASK);
  }

  private void select(List<Operand> operands) {
    DType type = operands.getLast().type();
    Runnable condition = operands.getFirst().push();
    Runnable yes = operands.get(1).push();
    Runnable no = operands.getLast().push();
    if (lane.isScalar()) {
      selectScalar(condition, yes, no);
    } else if (type == DType.BOOL) {
      condition.run();
      yes.run();
      mask("and");
      condition.run();
      call(MASK, "not", MASK);
      no.run();
      mask("and");
      mask("or");
    } else {
      ClassDesc v = type == DType.F32 ? FLOATS : INTS;
      no.run();
      yes.run();
      condition.run();
      if (type == DType.I32) {
        castMask(Element.I32);
      }
      call(v, "blend", v, VECTOR, MASK);
    }
  }

  private void toF32(DType type) {
    switch (type) {
      case F32 -> {}
      case I32 -> convert("I2F", INTS, FLOATS);
      case BOOL -> maskToInts("I2F");
    }
  }

  private void toI32(DType type) {
    switch (type) {
      case F32 -> convert("F2I", FLOATS, INTS);
      case I32 -> {}
      case BOOL -> maskToInts();
    }
  }

  private void convert(String conversion, ClassDesc from, ClassDesc to) {
    code.getstatic(OPERATORS, conversion, CONVERSION);
    code.iconst_0();
    call(from, "convert", VECTOR, CONVERSION, CD_int);
    code.checkcast(to);
  }

  private void maskToInts(String conversion) {
    maskToInts();
    convert(conversion, INTS, FLOATS);
  }

  private void toBool(DType type) {
    switch (type) {
      case F32 -> {
        code.getstatic(OPERATORS, "NE", COMPARISON);
        code.fconst_0();
        call(FLOATS, "compare", MASK, COMPARISON, CD_float);
      }
      case I32 -> intsToMask();
      case BOOL -> {}
    }
  }

  /// `.. ints` becomes the mask of those that are not 0.
  void intsToMask() {
    code.getstatic(OPERATORS, "NE", COMPARISON);
    code.iconst_0();
    call(INTS, "compare", MASK, COMPARISON, CD_int);
    castMask(Element.F32);
  }

  /// `.. mask` becomes ints 0 and 1.
  void maskToInts() {
    castMask(Element.I32);
    lane.zero(Element.I32);
    code.swap();
    lane.broadcast(Element.I32, code::iconst_1);
    code.swap();
    call(INTS, "blend", INTS, VECTOR, MASK);
  }

  void castMask(Element element) {
    lane.species(element);
    call(MASK, "cast", MASK, SPECIES);
  }

  /// `.. vector` becomes its first lane.
  void firstLane(DType type) {
    code.iconst_0();
    switch (type) {
      case F32 -> call(FLOATS, "lane", CD_float, CD_int);
      case I32 -> call(INTS, "lane", CD_int, CD_int);
      case BOOL -> call(MASK, "laneIsSet", CD_boolean, CD_int);
    }
  }

  private void call(ClassDesc owner, String name, ClassDesc result, ClassDesc... parameters) {
    code.invokevirtual(owner, name, MethodTypeDesc.of(result, parameters));
  }

  // Scalars

  private void scalar(ScalarPrimitive primitive, DType type) {
    boolean isFloat = type == DType.F32;
    switch (primitive) {
      case ADD -> arithmetic(isFloat, code::fadd, code::iadd);
      case SUB -> arithmetic(isFloat, code::fsub, code::isub);
      case MUL -> arithmetic(isFloat, code::fmul, code::imul);
      case DIV -> code.fdiv();
      case NEG -> arithmetic(isFloat, code::fneg, code::ineg);
      case ABS -> math("abs", isFloat ? CD_float : CD_int);
      case SQRT -> {
        code.f2d();
        math("sqrt", ConstantDescs.CD_double);
        code.d2f();
      }
      case FMA -> lane.fma();
      case LT, LE, EQ -> compareScalar(primitive, isFloat);
      case AND -> code.iand();
      case OR -> code.ior();
      case XOR -> code.ixor();
      case NOT -> code.loadConstant(type == DType.BOOL ? 1 : -1).ixor();
      case SHL -> code.ishl();
      case SHR -> code.ishr();
      case USHR -> code.iushr();
      case TO_F32 -> arithmetic(isFloat, () -> {}, code::i2f);
      case TO_I32 -> arithmetic(isFloat, code::f2i, () -> {});
      case TO_BOOL -> toBoolScalar(type);
      case BITS ->
          code.invokestatic(FLOAT, "floatToRawIntBits", MethodTypeDesc.of(CD_int, CD_float));
      case FROM_BITS ->
          code.invokestatic(FLOAT, "intBitsToFloat", MethodTypeDesc.of(CD_float, CD_int));
      case SELECT,
          MIN,
          MAX,
          FLOOR,
          CEIL,
          ROUND,
          EXP,
          EXPM1,
          LOG,
          LOG1P,
          SIN,
          COS,
          TANH,
          ATAN,
          ERF,
          POW ->
          throw notBasic(primitive);
    }
  }

  private static void arithmetic(boolean isFloat, Runnable onFloats, Runnable onInts) {
    (isFloat ? onFloats : onInts).run();
  }

  private void math(String name, ClassDesc type) {
    code.invokestatic(MATH, name, MethodTypeDesc.of(type, type));
  }

  /// A comparison with NaN is false.
  private void compareScalar(ScalarPrimitive primitive, boolean isFloat) {
    Label no = code.newLabel();
    if (isFloat) {
      code.fcmpg();
      code.iconst_0();
    }
    switch (primitive) {
      case LT -> code.if_icmpge(no);
      case LE -> code.if_icmpgt(no);
      default -> code.if_icmpne(no);
    }
    zeroOrOne(no);
  }

  private void toBoolScalar(DType type) {
    if (type == DType.BOOL) {
      return;
    }
    Label zero = code.newLabel();
    if (type == DType.F32) {
      code.fconst_0().fcmpg();
    }
    code.ifeq(zero);
    zeroOrOne(zero);
  }

  private void zeroOrOne(Label zero) {
    Label end = code.newLabel();
    code.iconst_1().goto_(end);
    code.labelBinding(zero);
    code.iconst_0();
    code.labelBinding(end);
  }

  private void selectScalar(Runnable condition, Runnable yes, Runnable no) {
    Label otherwise = code.newLabel();
    Label end = code.newLabel();
    condition.run();
    code.ifeq(otherwise);
    yes.run();
    code.goto_(end);
    code.labelBinding(otherwise);
    no.run();
    code.labelBinding(end);
  }

  private static IllegalStateException notBasic(ScalarPrimitive primitive) {
    return new IllegalStateException("not a basic primitive: " + primitive);
  }
}
