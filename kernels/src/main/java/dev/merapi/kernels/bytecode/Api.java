package dev.merapi.kernels.bytecode;

import dev.merapi.kernels.ir.Lane;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.ByteOrder;

/// Emits calls of the Vector API, whose operands are on the stack.
final class Api {
  static final ClassDesc VECTOR = type("Vector");
  static final ClassDesc MASK = type("VectorMask");
  static final ClassDesc SPECIES = type("VectorSpecies");
  static final ClassDesc SHUFFLE = type("VectorShuffle");
  private static final ClassDesc ORDER = Descs.of(ByteOrder.class);
  static final ClassDesc OPERATORS = type("VectorOperators");
  private static final ClassDesc COMPARISON = OPERATORS.nested("Comparison");
  private static final ClassDesc CONVERSION = OPERATORS.nested("Conversion");
  private static final ClassDesc CONSTANTS = Descs.of(VectorConstants.class);

  private Api() {}

  private static ClassDesc type(String name) {
    return ClassDesc.of("jdk.incubator.vector", name);
  }

  /// The class of vectors of a lane type.
  static ClassDesc vector(Lane lane) {
    return type(
        switch (lane) {
          case F32 -> "FloatVector";
          case F64 -> "DoubleVector";
          case I32 -> "IntVector";
          case I64 -> "LongVector";
        });
  }

  static void call(
      CodeBuilder code, ClassDesc owner, String name, ClassDesc result, ClassDesc... parameters) {
    code.invokevirtual(owner, name, MethodTypeDesc.of(result, parameters));
  }

  static void callStatic(
      CodeBuilder code, ClassDesc owner, String name, ClassDesc result, ClassDesc... parameters) {
    code.invokestatic(owner, name, MethodTypeDesc.of(result, parameters));
  }

  static void species(CodeBuilder code, Chunks chunks) {
    code.getstatic(chunks.type(), "SPECIES_" + chunks.bits(), SPECIES);
  }

  static void order(CodeBuilder code) {
    code.getstatic(ORDER, "LITTLE_ENDIAN", ORDER);
  }

  static void load(CodeBuilder code, Chunks chunks, boolean masked) {
    ClassDesc v = chunks.type();
    MethodTypeDesc type = MethodTypeDesc.of(v, SPECIES, Descs.SEGMENT, Descs.LONG, ORDER);
    code.invokestatic(v, "fromMemorySegment", masked ? type.insertParameterTypes(4, MASK) : type);
  }

  static void store(CodeBuilder code, Chunks chunks, boolean masked) {
    MethodTypeDesc type = MethodTypeDesc.of(Descs.VOID, Descs.SEGMENT, Descs.LONG, ORDER);
    code.invokevirtual(
        chunks.type(), "intoMemorySegment", masked ? type.insertParameterTypes(3, MASK) : type);
  }

  /// `.. species, scalar` becomes `.. vector`.
  static void broadcast(CodeBuilder code, Lane lane) {
    ClassDesc v = vector(lane);
    callStatic(code, v, "broadcast", v, SPECIES, Descs.of(lane));
  }

  /// Pushes a vector whose lanes have given bits.
  static void constant(CodeBuilder code, Chunks chunks, long bits) {
    species(code, chunks);
    if (bits == 0) {
      callStatic(code, chunks.type(), "zero", chunks.type(), SPECIES);
    } else {
      LaneCode.constant(code, chunks.lane(), bits);
      broadcast(code, chunks.lane());
    }
  }

  /// `.. a, b` becomes `.. a.name(b)`.
  static void binary(CodeBuilder code, Lane lane, String name) {
    call(code, vector(lane), name, vector(lane), VECTOR);
  }

  static void unary(CodeBuilder code, Lane lane, String name) {
    call(code, vector(lane), name, vector(lane));
  }

  static void fma(CodeBuilder code, Lane lane) {
    call(code, vector(lane), "fma", vector(lane), VECTOR, VECTOR);
  }

  /// Pushes an operator of `VectorOperators`.
  ///
  /// @param kind its class there: Binary, Associative, Comparison ...
  static void operator(CodeBuilder code, String name, String kind) {
    code.getstatic(OPERATORS, name, OPERATORS.nested(kind));
  }

  /// `.. a, operator, b` becomes `.. result`.
  static void lanewise(CodeBuilder code, Lane lane, ClassDesc second) {
    call(code, vector(lane), "lanewise", vector(lane), OPERATORS.nested("Binary"), second);
  }

  /// `.. a, comparison, b` becomes `.. mask`.
  static void compare(CodeBuilder code, Lane lane) {
    call(code, vector(lane), "compare", MASK, COMPARISON, VECTOR);
  }

  /// `.. no, yes, mask` becomes `.. vector`.
  static void blend(CodeBuilder code, Lane lane) {
    call(code, vector(lane), "blend", vector(lane), VECTOR, MASK);
  }

  /// `.. vector` becomes `.. a part of it in another lane type`.
  static void convert(CodeBuilder code, Lane from, Chunks to, String conversion, int part) {
    code.getstatic(OPERATORS, conversion, CONVERSION);
    species(code, to);
    code.loadConstant(part);
    call(code, vector(from), "convertShape", VECTOR, CONVERSION, SPECIES, Descs.INT);
    code.checkcast(to.type());
  }

  /// `.. vector` becomes `.. a part of its bits as a vector of another width`. A part that is not
  /// the first is a call of several steps, not all of which C2 knows for 4 bytes.
  static void reshape(CodeBuilder code, Lane from, Chunks to, int part) {
    species(code, to);
    code.loadConstant(part);
    call(code, vector(from), "reinterpretShape", VECTOR, SPECIES, Descs.INT);
    code.checkcast(to.type());
  }

  /// `.. vector` becomes `.. its lanes in another order`.
  ///
  /// @param sources for each lane the number of the one that comes there
  static void rearrange(CodeBuilder code, Chunks chunks, int[] sources) {
    var text = new StringBuilder();
    for (int source : sources) {
      text.append((char) ('0' + source));
    }
    constant(code, SHUFFLE, "shuffle", chunks.lane().name(), chunks.lanes(), text.toString());
    call(code, chunks.type(), "rearrange", chunks.type(), SHUFFLE);
  }

  /// Pushes a constant mask of one chunk.
  static void mask(CodeBuilder code, Chunks chunks, long bits) {
    constant(code, MASK, "mask", chunks.lane().name(), chunks.lanes(), bits);
  }

  private static void constant(
      CodeBuilder code, ClassDesc type, String maker, ConstantDesc... arguments) {
    ClassDesc[] parameters = new ClassDesc[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      parameters[i] =
          switch (arguments[i]) {
            case Integer _ -> Descs.INT;
            case Long _ -> Descs.LONG;
            default -> ConstantDescs.CD_String;
          };
    }
    DirectMethodHandleDesc bootstrap =
        ConstantDescs.ofConstantBootstrap(CONSTANTS, maker, type, parameters);
    code.loadConstant(DynamicConstantDesc.ofNamed(bootstrap, maker, type, arguments));
  }
}
