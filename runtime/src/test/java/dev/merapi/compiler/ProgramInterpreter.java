package dev.merapi.compiler;

import dev.merapi.graph.DType;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Literal;
import dev.merapi.graph.Op;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.reference.Interpreter;
import dev.merapi.reference.ScalarEvaluator;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.Buffer.Space;
import dev.merapi.spi.LoopNest;
import dev.merapi.spi.LoopNest.Instr;
import dev.merapi.spi.LoopNest.Stage;
import dev.merapi.spi.Matrix;
import dev.merapi.spi.Operand;
import dev.merapi.spi.Program;
import dev.merapi.spi.Region;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;

/// Runs a program in double on arrays laid out by its memory plan: checks lowering and planning
/// without a backend. Memory starts as NaN, so that a read before a write shows.
final class ProgramInterpreter {
  private final Program program;
  private final double[] persistent;
  private final double[] session;

  private ProgramInterpreter(Program program) {
    this.program = program;
    persistent = filled(program.persistentBytes());
    session = filled(program.sessionBytes());
  }

  private static double[] filled(long bytes) {
    var memory = new double[Math.toIntExact(bytes / 4)];
    Arrays.fill(memory, Double.NaN);
    return memory;
  }

  static Interpreter.Result run(Program program, Map<String, double[]> bindings) {
    var interpreter = new ProgramInterpreter(program);
    interpreter.bind(bindings);
    program.regions().forEach(interpreter::run);
    return new Interpreter.Result(
        interpreter.contents(Space.OUTPUT), interpreter.contents(Space.PARAMETER));
  }

  private void bind(Map<String, double[]> bindings) {
    for (Buffer buffer : program.buffers()) {
      if (buffer.space() == Space.INPUT || buffer.space() == Space.PARAMETER) {
        double[] data = Objects.requireNonNull(bindings.get(buffer.label()));
        System.arraycopy(data, 0, memory(buffer), start(buffer), data.length);
      }
    }
    program.constants().forEach(this::fill);
  }

  private void fill(Buffer buffer, Literal literal) {
    for (int i = 0; i < buffer.type().shape().elements(); i++) {
      memory(buffer)[start(buffer) + i] = literal.value(i);
    }
  }

  private Map<String, double[]> contents(Space space) {
    var contents = new LinkedHashMap<String, double[]>();
    for (Buffer buffer : program.buffers()) {
      if (buffer.space() == space) {
        contents.put(buffer.label(), elements(buffer));
      }
    }
    return contents;
  }

  private double[] memory(Buffer buffer) {
    return buffer.space().isPersistent() ? persistent : session;
  }

  private int start(Buffer buffer) {
    return Math.toIntExact(program.offset(buffer) / 4);
  }

  private double[] elements(Buffer buffer) {
    int count = Math.toIntExact(buffer.type().shape().elements());
    return Arrays.copyOfRange(memory(buffer), start(buffer), start(buffer) + count);
  }

  private void run(Region region) {
    switch (region) {
      case Region.Loops loops -> loops(loops.nest());
      case Region.Product product -> product(product);
      case Region.Convolution conv -> convolution(conv);
      case Region.Pool pool -> write(pool.out(), evaluate(pool.window(), pool.in()));
      case Region.PoolGradient pool ->
          write(pool.out(), evaluate(pool.window(), pool.in(), pool.gradient()));
      case Region.Indexed indexed ->
          write(indexed.out(), evaluate(indexed.op(), indexed.operands().toArray(Operand[]::new)));
      case Region.UserDefined custom -> {
        var values = custom.operands().stream().map(each -> elements(each.buffer())).toList();
        var types = custom.operands().stream().map(Operand::type).toList();
        var results = custom.op().evaluate(values, types);
        for (int i = 0; i < results.size(); i++) {
          write(custom.results().get(i), results.get(i));
        }
      }
    }
  }

  private void convolution(Region.Convolution conv) {
    Shape shape = conv.out().type().shape();
    long rows = shape.size(1);
    long columns = shape.elements() / rows / shape.size(0);
    double[] result = evaluate(conv.conv(), conv.first(), conv.second());
    var fn = ScalarEvaluator.of(conv.epilogue().fn());
    for (int i = 0; i < result.length; i++) {
      long row = i / columns % rows;
      var operands = conv.epilogue().operands();
      result[i] = epilogue(fn, operands, result[i], i / columns / rows, row, i % columns);
    }
    write(conv.out(), result);
  }

  private void write(Operand operand, double[] data) {
    System.arraycopy(data, 0, memory(operand.buffer()), start(operand.buffer()), data.length);
  }

  private double[] evaluate(Op op, Operand... operands) {
    var builder = new GraphBuilder("one");
    var bindings = new HashMap<String, double[]>();
    var values = new ArrayList<Value>();
    for (int i = 0; i < operands.length; i++) {
      values.add(builder.input("i" + i, operands[i].type()));
      bindings.put("i" + i, elements(operands[i].buffer()));
    }
    builder.output("out", builder.add(op, values).result());
    return Interpreter.run(builder.build(), bindings).output("out");
  }

  private double at(Matrix matrix, long b, long r, long c) {
    long place =
        matrix.offset()
            + b * matrix.batchStride()
            + r * matrix.rowStride()
            + c * matrix.colStride();
    return memory(matrix.buffer())[start(matrix.buffer()) + Math.toIntExact(place)];
  }

  private double epilogue(
      ScalarEvaluator fn, List<Matrix> operands, double sum, long b, long r, long c) {
    var arguments = new double[operands.size() + 1];
    arguments[0] = sum;
    for (int i = 0; i < operands.size(); i++) {
      arguments[i + 1] = at(operands.get(i), b, r, c);
    }
    return fn.evaluate(arguments);
  }

  private void product(Region.Product product) {
    var fn = ScalarEvaluator.of(product.epilogue().fn());
    for (long b = 0; b < product.batch(); b++) {
      for (long r = 0; r < product.m(); r++) {
        for (long c = 0; c < product.n(); c++) {
          double sum = 0;
          for (long k = 0; k < product.k(); k++) {
            sum += at(product.left(), b, r, k) * at(product.right(), b, k, c);
          }
          Matrix out = product.out();
          long place =
              out.offset() + b * out.batchStride() + r * out.rowStride() + c * out.colStride();
          memory(out.buffer())[start(out.buffer()) + Math.toIntExact(place)] =
              epilogue(fn, product.epilogue().operands(), sum, b, r, c);
        }
      }
    }
  }

  private void loops(LoopNest nest) {
    var index = new long[nest.rank()];
    walk(nest, index, 0, nest.outerRank(), () -> point(nest, index));
  }

  private static void walk(LoopNest nest, long[] index, int loop, int end, Runnable body) {
    if (loop == end) {
      body.run();
      return;
    }
    for (long i = 0; i < nest.extents().get(loop); i++) {
      index[loop] = i;
      walk(nest, index, loop + 1, end, body);
    }
    index[loop] = 0;
  }

  private void point(LoopNest nest, long[] index) {
    var values = new HashMap<Integer, Double>();
    for (Stage stage : nest.stages()) {
      var folds = new HashMap<Integer, double[]>();
      var count = new long[1];
      walk(
          nest,
          index,
          nest.outerRank(),
          nest.rank(),
          () -> {
            var local = new HashMap<>(values);
            stage.inner().forEach(instr -> execute(instr, index, local, folds, count[0]));
            count[0]++;
          });
      folds.forEach((id, state) -> values.put(id, state[0]));
      stage.point().forEach(instr -> execute(instr, index, values, folds, 0));
    }
  }

  private void execute(
      Instr instr,
      long[] index,
      Map<Integer, Double> values,
      Map<Integer, double[]> folds,
      long position) {
    switch (instr) {
      case Instr.Load load ->
          values.put(
              load.id(),
              memory(load.access().buffer())[
                  place(
                      load.access().buffer(),
                      load.access().offset(),
                      load.access().strides(),
                      index)]);
      case Instr.Const constant ->
          values.put(
              constant.id(),
              Literal.ofBits(new TensorType(constant.type(), Shape.SCALAR), constant.bits())
                  .value(0));
      case Instr.Index number ->
          values.put(number.id(), (double) affine(number.offset(), number.strides(), index));
      case Instr.Apply apply -> {
        IntFunction<ScalarFn> argument = i -> ScalarFn.arg(i, typeOf(apply, i));
        var arguments = new ArrayList<ScalarFn>();
        var numbers = new double[apply.operands().size()];
        for (int i = 0; i < numbers.length; i++) {
          arguments.add(argument.apply(i));
          numbers[i] = known(values, apply.operands().get(i));
        }
        values.put(
            apply.id(),
            ScalarEvaluator.of(ScalarFn.apply(apply.primitive(), arguments)).evaluate(numbers));
      }
      case Instr.Fold fold -> {
        double[] state =
            folds.computeIfAbsent(fold.id(), _ -> new double[] {fold.monoid().identity()});
        double v = known(values, fold.operand());
        state[0] =
            switch (fold.monoid()) {
              case SUM -> state[0] + v;
              case MAX -> Math.max(state[0], v);
              case MIN -> Math.min(state[0], v);
            };
      }
      case Instr.ArgFold fold -> {
        double v = known(values, fold.operand());
        double[] state = folds.computeIfAbsent(fold.id(), _ -> new double[] {position, v});
        boolean better =
            switch (fold.monoid()) {
              case MAX -> v > state[1];
              case MIN -> v < state[1];
              case SUM -> throw new AssertionError();
            };
        if (!Double.isNaN(state[1]) && (better || Double.isNaN(v))) {
          state[0] = position;
          state[1] = v;
        }
      }
      case Instr.Store store ->
          memory(store.access().buffer())[
                  place(
                      store.access().buffer(),
                      store.access().offset(),
                      store.access().strides(),
                      index)] =
              known(values, store.operand());
    }
  }

  /// The types of operands matter to the evaluator only where integers behave differently.
  private static DType typeOf(Instr.Apply apply, int operand) {
    return switch (apply.primitive()) {
      case SELECT -> operand == 0 ? DType.BOOL : apply.type();
      case LT, LE, EQ, TO_F32, TO_BOOL, TO_I32, BITS -> DType.F32;
      case FROM_BITS -> DType.I32;
      default -> apply.type();
    };
  }

  private static double known(Map<Integer, Double> values, int id) {
    return Objects.requireNonNull(values.get(id));
  }

  private int place(Buffer buffer, long offset, List<Long> strides, long[] index) {
    return start(buffer) + Math.toIntExact(affine(offset, strides, index));
  }

  private static long affine(long offset, List<Long> strides, long[] index) {
    long sum = offset;
    for (int i = 0; i < index.length; i++) {
      sum += index[i] * strides.get(i);
    }
    return sum;
  }
}
