package dev.merapi.bench;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;

import dev.merapi.CompileOptions;
import dev.merapi.CompiledModel;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Session;
import dev.merapi.bench.fresh.EncoderLayer;
import dev.merapi.kernels.target.MachineTarget;
import dev.merapi.kernels.target.Targets;
import dev.merapi.memory.HostTensor;
import dev.merapi.nn.Module;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/// `./merapi bench sizes`: models that are compiled once for up to 256 rows and asked for each
/// number of them in random order: what the first answer of a size takes, how many kernels are made
/// for it, and how fast the later ones are beside a model that is compiled for that size alone.
final class SizesBench {
  private static final int LARGEST = 256;
  private static final int COMPARED = 12;
  private static final int TURNS = 9;
  private static final long TURN_NANOS = 4_000_000;
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double HIGH = 0.9;

  /// A model whose input `x` has `N` rows, images or tokens.
  private record Subject(String name, Supplier<Model> model) {}

  private static final List<Subject> SUBJECTS =
      List.of(
          new Subject("lenet", Networks.LENET::model),
          new Subject("mlp784", Networks.MLP784::model),
          new Subject("convnet", Networks.CONVNET::model),
          new Subject("encoder", SizesBench::encoder));

  private SizesBench() {}

  /// Its number of tokens is the height of some products, the width of others, and the depth of a
  /// third kind.
  private static Model encoder() {
    Module layers = EncoderLayer.stack(6, 384, 6);
    return Model.of(layers, input("x", f32(1, "N", 384)), RandomKey.of(1));
  }

  static void main(String[] names) {
    System.out.printf(
        Locale.ROOT,
        "%-10s %10s %8s %8s %8s %8s %9s %9s %9s  %s%n",
        "",
        "compile ms",
        "new: p50",
        "p90",
        "max ms",
        "again",
        "kernels",
        "of all",
        "of again",
        "time beside a model of that size alone: median (least to most)");
    for (Subject subject : SUBJECTS) {
      if (names.length == 0 || Arrays.asList(names).contains(subject.name)) {
        measure(subject);
      }
    }
  }

  private static void measure(Subject subject) {
    Model model = subject.model.get();
    int before = kernels();
    long start = System.nanoTime();
    try (CompiledModel compiled = model.compile(CompileOptions.cpu().upTo("N", LARGEST));
        Session session = compiled.newSession()) {
      double compile = millisSince(start);
      int first = kernels() - before;
      double[] fresh = pass(session, 1);
      int all = kernels() - before;
      double[] again = pass(session, 2);
      int added = kernels() - before - all;
      double[] ratios = beside(model, session);
      System.out.printf(
          Locale.ROOT,
          "%-10s %10.1f %8.2f %8.2f %8.2f %8.3f %9d %9d %9d  %.3f (%.3f to %.3f)%n",
          subject.name,
          compile,
          at(fresh, 0.5),
          at(fresh, HIGH),
          at(fresh, 1),
          at(again, 0.5),
          first,
          all,
          added,
          at(ratios, 0.5),
          at(ratios, 0),
          at(ratios, 1));
    }
  }

  /// The milliseconds that each size takes from the wish for it to its first answer.
  private static double[] pass(Session session, long seed) {
    List<Double> times = new ArrayList<>();
    for (int size : sizes(seed)) {
      long start = System.nanoTime();
      session.resize("N", size);
      session.run();
      times.add(millisSince(start));
    }
    return sorted(times);
  }

  /// All sizes in random order.
  private static int[] sizes(long seed) {
    var random = new SplittableRandom(seed);
    int[] sizes = new int[LARGEST];
    for (int i = 0; i < LARGEST; i++) {
      int j = random.nextInt(i + 1);
      sizes[i] = sizes[j];
      sizes[j] = i + 1;
    }
    return sizes;
  }

  /// Times of a session that has had all sizes, by those of a model that is compiled for one.
  private static double[] beside(Model model, Session session) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < COMPARED; i++) {
      int size = sizes(3)[i];
      session.resize("N", size);
      try (CompiledModel alone = model.compile(CompileOptions.cpu().size("N", size));
          Session theirs = alone.newSession()) {
        fill(session);
        fill(theirs);
        ratios.add(ratio(session, theirs));
      }
    }
    return sorted(ratios);
  }

  private static void fill(Session session) {
    HostTensor x = session.input("x");
    int elements = Math.toIntExact(x.type().shape().elements());
    x.copyFrom(RandomKey.of(7).normal(elements, 0, 1));
  }

  /// The median of neighbouring turns.
  private static double ratio(Session ours, Session theirs) {
    int calls = calls(theirs);
    turn(ours, calls);
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < TURNS; i++) {
      double our = turn(ours, calls);
      ratios.add(our / turn(theirs, calls));
    }
    return at(sorted(ratios), 0.5);
  }

  /// How many make a turn.
  private static int calls(Session session) {
    long start = System.nanoTime();
    int calls = 0;
    while (System.nanoTime() - start < TURN_NANOS) {
      session.run();
      calls++;
    }
    return calls;
  }

  private static double turn(Session session, int calls) {
    long start = System.nanoTime();
    for (int i = 0; i < calls; i++) {
      session.run();
    }
    return System.nanoTime() - start;
  }

  /// Those of all models; only machine code counts them.
  private static int kernels() {
    return Targets.host() instanceof MachineTarget machine ? machine.size() : 0;
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / NANOS_PER_MILLI;
  }

  private static double[] sorted(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
  }

  private static double at(double[] sorted, double share) {
    return sorted[(int) Math.round(share * (sorted.length - 1))];
  }
}
