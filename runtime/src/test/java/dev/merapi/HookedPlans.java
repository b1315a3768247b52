package dev.merapi;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.dense;

import dev.merapi.compiler.Pipeline;
import dev.merapi.memory.HostTensor;
import dev.merapi.nn.Sequential;
import dev.merapi.spi.Addresses;
import dev.merapi.spi.Backend;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.Executable;
import dev.merapi.spi.Packed;
import dev.merapi.spi.Program;
import dev.merapi.spi.Runner;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongFunction;

/// Plans of a small model whose backend lets something happen at moments that are hard to meet by
/// chance.
final class HookedPlans {
  static final CompileOptions OPTIONS = CompileOptions.on("reference").upTo("N", 60);

  /// Bytes of packed weights.
  static final long BLOCK = 100_000;

  private HookedPlans() {}

  /// Something to happen, once, when a plan is bound.
  static final class Hook {
    Runnable next = () -> {};
    Function<Program, List<Packed>> packs = _ -> List.of();
    Runnable closed = () -> {};
    Addresses bound = new Addresses(Map.of(), List.of(), 0, 0);

    void happen() {
      Runnable now = next;
      next = () -> {};
      now.run();
    }
  }

  /// The reference backend with a hook, and as much scratch memory for small sizes as asked for.
  private record Hooked(Backend real, Hook hook, long scratch) implements Backend {
    @Override
    public String name() {
      return "hooked";
    }

    @Override
    public Executable compile(Program program, int threads) {
      Executable executable = real.compile(program, threads);
      boolean isSmall = program.sessionBytes() < 1000;
      return new HookedExecutable(program, executable, hook, isSmall ? scratch : 0);
    }
  }

  private record HookedExecutable(Program program, Executable real, Hook hook, long scratchBytes)
      implements Executable {
    @Override
    public List<Packed> packed() {
      return hook.packs.apply(program);
    }

    @Override
    public Runner bind(Addresses addresses) {
      hook.bound = addresses;
      hook.happen();
      return real.bind(addresses);
    }

    @Override
    public boolean warmUp(Duration limit) {
      return true;
    }

    @Override
    public List<String> diagnostics() {
      return List.of();
    }

    @Override
    public void close() {
      hook.closed.run();
      real.close();
    }
  }

  static Plans plans(Hook hook, long scratch) {
    return plans(hook, scratch, OPTIONS);
  }

  static Plans plans(Hook hook, long scratch, CompileOptions options) {
    Model model = Model.of(Sequential.of(dense(3, 2)), input("x", f32("N", 3)), RandomKey.of(1));
    return new Plans(
        "test",
        new Hooked(Backends.of(OPTIONS), hook, scratch),
        options,
        (sizes, limits) ->
            Pipeline.compile(model.graph(), sizes, Program.Parameters.FROZEN, limits),
        model.parameters());
  }

  static Buffer weight(Program program) {
    return program.buffers().stream()
        .filter(buffer -> buffer.space() == Buffer.Space.PARAMETER)
        .findFirst()
        .orElseThrow();
  }

  /// Packed weights of [#BLOCK] bytes whose layout depends on the number of rows.
  static Function<Program, List<Packed>> packed(LongFunction<Object> layout) {
    return program -> {
      long rows = program.buffer(Buffer.Space.INPUT, "x").type().shape().size(0);
      return List.of(new Packed(weight(program), layout.apply(rows), BLOCK, (_, _) -> {}));
    };
  }

  /// The first element that a run gives.
  static float runOf(Session session) {
    fill(session.input("x"));
    session.run();
    return session.output(Model.OUTPUT).getFloat(0);
  }

  static void fill(HostTensor x) {
    float[] values = new float[(int) x.elements()];
    Arrays.fill(values, 0.5f);
    x.copyFrom(values);
  }
}
