package dev.merapi.kernels.bytecode;

import static dev.merapi.kernels.bytecode.Descs.LONG;
import static dev.merapi.kernels.bytecode.Descs.VOID;

import dev.merapi.kernels.ir.Instruction;
import dev.merapi.kernels.ir.Instruction.Call;
import dev.merapi.kernels.ir.Instruction.Load;
import dev.merapi.kernels.ir.Instruction.Store;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.jit.Kernel;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// Routines on the Vector API: fast once C2 has compiled them, very slow before.
///
/// A routine and those it calls become static methods of one class. What C1 or C2 would not take is
/// left to [ScalarTarget]: [Result#refusal] says what.
public final class VectorTarget {
  /// Accesses of vectors in a method, masked ones counted twice. Each is some 10 KB of code in C1,
  /// which gives up on a method with many more.
  private static final int MAX_ACCESSES = 48;

  private final Routine routine;
  private final int bits;
  private final ClassDesc self;
  private final MethodNames names;

  private VectorTarget(Routine routine, int bits) {
    this.routine = routine;
    this.bits = bits;
    this.self = GeneratedClass.self(name());
    this.names = new MethodNames(routine);
  }

  /// What became of a routine.
  ///
  /// @param kernel of the routine's parameters; further arguments mean nothing
  /// @param refusal why it is scalar code; empty if it has vectors
  public record Result(Kernel kernel, Optional<String> refusal) {}

  /// Compiles a verified routine for vectors of up to 128, 256 or 512 bits, or as scalar code where
  /// the compilers of the JVM would not take that.
  public static Result compile(Routine routine, int bits) {
    if (bits != 128 && bits != 256 && bits != 512) {
      throw new IllegalArgumentException("vectors have 128, 256 or 512 bits: bits=" + bits);
    }
    Optional<String> refusal = tooManyAccesses(routine, bits);
    if (refusal.isEmpty()) {
      try {
        return new Result(define(routine, bits, GeneratedClass.MAX_BYTECODE), Optional.empty());
      } catch (TooLongException e) {
        refusal = Optional.of(String.valueOf(e.getMessage()));
      }
    }
    return new Result(ScalarTarget.compile(routine), refusal);
  }

  /// Compiles it with vectors, however many accesses it has.
  ///
  /// @param most bytecode of a method
  static Kernel define(Routine routine, int bits, int most) {
    VectorTarget target = new VectorTarget(routine, bits);
    return GeneratedClass.define(target.name(), target.bytes(most), routine);
  }

  private String name() {
    return routine.name() + "$vector" + bits;
  }

  private byte[] bytes(int most) {
    return GeneratedClass.build(
        name(),
        builder -> names.routines().forEach(each -> add(each, builder)),
        code -> {
          for (int i = 0; i < routine.parameters().size(); i++) {
            code.lload(1 + 2 * i);
          }
          call(code, routine);
          code.return_();
        },
        most);
  }

  private void add(Routine one, ClassBuilder builder) {
    builder.withMethodBody(
        names.of(one),
        type(one),
        ScalarTarget.STATIC,
        code -> {
          VectorValues values = new VectorValues(code, one, bits);
          VectorCode steps = new VectorCode(code, values, each -> call(code, each.routine()));
          steps.parameters(one.parameters());
          steps.block(one.body());
          code.return_();
        });
  }

  private void call(CodeBuilder code, Routine one) {
    code.invokestatic(self, names.of(one), type(one));
  }

  private static MethodTypeDesc type(Routine one) {
    return MethodTypeDesc.of(VOID, Collections.nCopies(one.parameters().size(), LONG));
  }

  private static Optional<String> tooManyAccesses(Routine routine, int bits) {
    int[] accesses = {0};
    List<Optional<String>> called = new ArrayList<>();
    routine.forEach(each -> {
      accesses[0] += accesses(each, bits);
      if (each instanceof Call call) {
        called.add(tooManyAccesses(call.routine(), bits));
      }
    });
    if (accesses[0] > MAX_ACCESSES) {
      return Optional.of(
          "too many accesses for the JIT: routine="
              + routine.name()
              + (", accesses=" + accesses[0] + ", most=" + MAX_ACCESSES));
    }
    return called.stream().flatMap(Optional::stream).findFirst();
  }

  private static int accesses(Instruction instruction, int bits) {
    return switch (instruction) {
      case Load load when !VectorValues.isOne(load.result()) ->
          accesses(load.element().bytes() * load.result().count(), bits, load.mask() != null);
      case Store store when !VectorValues.isOne(store.value()) ->
          accesses(store.element().bytes() * store.value().count(), bits, store.mask() != null);
      default -> 0;
    };
  }

  private static int accesses(int bytes, int bits, boolean masked) {
    return Math.ceilDiv(bytes * Byte.SIZE, bits) * (masked ? 2 : 1);
  }
}
