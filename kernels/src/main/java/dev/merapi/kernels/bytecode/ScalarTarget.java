package dev.merapi.kernels.bytecode;

import static dev.merapi.kernels.bytecode.Descs.INT;
import static dev.merapi.kernels.bytecode.Descs.LONG;
import static dev.merapi.kernels.bytecode.Descs.SCRATCH;
import static dev.merapi.kernels.bytecode.Descs.VOID;

import dev.merapi.kernels.ir.Definitions;
import dev.merapi.kernels.ir.Instruction.Call;
import dev.merapi.kernels.ir.Lane;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.jit.Kernel;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.Collections;

/// Routines as plain bytecode: complete, and compiled well by every JIT, without the Vector API.
///
/// A routine and those it calls become static methods of one class. If one would be longer than
/// HotSpot compiles, all are cut into methods that hand each other their values in arrays.
public final class ScalarTarget {
  /// Instructions in one loop over lanes.
  private static final int LARGEST_LOOP = 96;

  private static final int LARGEST_LOOP_OF_PART = 40;

  /// Bytes of a part as [Parts] estimates them, which is mostly three times too many.
  private static final int LARGEST_PART = 12_000;

  private static final int SMALLEST_PART = 1000;
  private static final String[] OF_SCRATCH = {"floats", "doubles", "ints", "longs"};

  private final Routine routine;
  private final ClassDesc self;
  private final MethodNames names;

  private ScalarTarget(Routine routine) {
    this.routine = routine;
    this.self = GeneratedClass.self(name());
    this.names = new MethodNames(routine);
  }

  /// Compiles a verified routine.
  ///
  /// @return a kernel of the routine's parameters; further arguments mean nothing
  public static Kernel compile(Routine routine) {
    ScalarTarget target = new ScalarTarget(routine);
    return GeneratedClass.define(target.name(), target.bytes(), routine);
  }

  /// Compiles it cut into parts of so many bytes, about.
  static Kernel compileInParts(Routine routine, int part) {
    ScalarTarget target = new ScalarTarget(routine);
    return GeneratedClass.define(target.name(), target.cut(part), routine);
  }

  /// The name of the class, seen in stack traces and profiles.
  private String name() {
    return routine.name() + "$scalar";
  }

  private byte[] bytes() {
    try {
      return new Attempt(LARGEST_LOOP, Integer.MAX_VALUE).bytes();
    } catch (TooLongException _) {
      return cut(LARGEST_PART);
    }
  }

  private byte[] cut(int part) {
    try {
      return new Attempt(LARGEST_LOOP_OF_PART, part).bytes();
    } catch (TooLongException e) {
      if (part < SMALLEST_PART) {
        throw e;
      }
      return cut(part / 2);
    }
  }

  /// One way to cut it.
  private final class Attempt {
    private final int largestLoop;
    private final int part;
    private final LaneArrays arrays = new LaneArrays();

    /// @param part bytes of a method, about
    Attempt(int largestLoop, int part) {
      this.largestLoop = largestLoop;
      this.part = part;
    }

    byte[] bytes() {
      return GeneratedClass.build(
          name(),
          builder -> names.routines().forEach(each -> add(each, builder)),
          this::run,
          GeneratedClass.MAX_BYTECODE);
    }

    private void add(Routine one, ClassBuilder builder) {
      arrays.startAnew();
      Views views = new Views(one, Definitions.of(one));
      Schedule schedule = new Schedule(one, views, largestLoop);
      boolean isCut = part != Integer.MAX_VALUE;
      Homes homes = new Homes(one, views, schedule, isCut, arrays);
      Methods methods = new Methods(one, schedule, homes, new Parts(schedule, part), this::call);
      methods.add(builder, self, names.of(one), type(one));
    }

    private MethodTypeDesc type(Routine one) {
      var parameters = new ArrayList<>(Collections.nCopies(one.parameters().size(), LONG));
      for (Lane lane : Lane.values()) {
        parameters.add(Descs.of(lane).arrayType());
      }
      return MethodTypeDesc.of(VOID, parameters);
    }

    /// @param firstArray the local variable of the first array
    private void call(CodeBuilder code, Call call, int firstArray) {
      Methods.pushArrays(code, firstArray);
      code.invokestatic(self, names.of(call.routine()), type(call.routine()));
    }

    private void run(CodeBuilder code) {
      for (int i = 0; i < routine.parameters().size(); i++) {
        code.lload(1 + 2 * i);
      }
      for (Lane lane : Lane.values()) {
        int size = arrays.size(lane);
        if (size == 0) {
          code.aconst_null();
        } else {
          code.loadConstant(size);
          code.invokestatic(
              SCRATCH,
              OF_SCRATCH[lane.ordinal()],
              MethodTypeDesc.of(Descs.of(lane).arrayType(), INT));
        }
      }
      code.invokestatic(self, names.of(routine), type(routine));
      code.return_();
    }
  }

  /// Flags of methods that only the class itself calls.
  static final int STATIC = ClassFile.ACC_STATIC | ClassFile.ACC_PRIVATE;
}
