package dev.merapi.kernels.loop;

import dev.merapi.graph.DType;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.ScalarFn;
import dev.merapi.kernels.ir.Lane;
import dev.merapi.kernels.ir.build.Handle;
import dev.merapi.kernels.ir.build.Mask;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.ScalarLanes;
import dev.merapi.kernels.ir.build.Var;
import dev.merapi.kernels.ir.build.Vec;
import dev.merapi.kernels.loop.Structure.Form;
import dev.merapi.kernels.loop.Structure.Stage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The folds of one traversal: variables of partial results, and how they are joined.
///
/// In a map each lane is a point of its own. In a row the partial results are halved again and
/// again, `p[i] = p[i] + p[i + half]`, first whole vectors, then lanes; the result is a scalar. A
/// long sum has its chain in `f32`, and what chains come to in `f64`.
final class NestFolds {
  private final RoutineBuilder b;
  private final Form form;
  private final int count;
  private final int vectors;
  private final ScalarLanes math;
  private final List<Step.Fold> folds;
  private final List<Step.ArgFold> argFolds;

  /// Partial results of each vector; of a long sum those of the current chain.
  private final Map<Integer, List<Partial>> partials = new HashMap<>();

  /// Of extremes of floats, the last NaN that lanes have met. It is put in at the end: `max` and
  /// `min` forget one at the next number, and to stop them in each turn would double the latency.
  private final Map<Integer, List<Var<Vec>>> strays = new HashMap<>();

  private final Map<Integer, List<Var<Vec>>> sums = new HashMap<>();
  private final Map<Integer, List<Var<Vec>>> positions = new HashMap<>();

  /// A variable of either kind.
  private sealed interface Partial {
    Handle get();

    void set(Handle value);

    record Lanes(Var<Vec> variable) implements Partial {
      @Override
      public Handle get() {
        return variable.get();
      }

      @Override
      public void set(Handle value) {
        variable.set((Vec) value);
      }
    }

    record Truth(Var<Mask> variable) implements Partial {
      @Override
      public Handle get() {
        return variable.get();
      }

      @Override
      public void set(Handle value) {
        variable.set((Mask) value);
      }
    }
  }

  /// @param count lanes of a vector
  /// @param vectors of partial results
  NestFolds(RoutineBuilder b, Form form, Stage stage, int count, int vectors) {
    this.b = b;
    this.form = form;
    this.count = count;
    this.vectors = vectors;
    this.math = new ScalarLanes(b, count);
    this.folds = stage.folds();
    this.argFolds =
        stage.inner().stream()
            .filter(Step.ArgFold.class::isInstance)
            .map(Step.ArgFold.class::cast)
            .toList();
  }

  /// Before the inner loops.
  void begin() {
    for (Step.Fold fold : folds) {
      if (fold.isLong()) {
        sums.put(fold.id(), variables("sum", b.f64(count, 0)));
      } else {
        partials.put(fold.id(), start(fold.type(), fold.monoid()));
      }
      if (fold.type().isFloat() && fold.monoid() != Monoid.SUM) {
        strays.put(fold.id(), variables("nan", b.f32(count, 0)));
      }
    }
    for (Step.ArgFold fold : argFolds) {
      partials.put(fold.id(), start(fold.of(), fold.monoid()));
      positions.put(fold.id(), variables("position", b.i32(count, 0)));
    }
  }

  /// Before a piece of the innermost loop. The variables of chains live as long as the piece.
  void beginChains() {
    for (Step.Fold fold : folds) {
      if (fold.isLong()) {
        partials.put(fold.id(), start(fold.type(), fold.monoid()));
      }
    }
  }

  /// Behind the piece: sums take in their chains.
  void endChains() {
    for (Step.Fold fold : folds) {
      List<Var<Vec>> long64 = sums.get(fold.id());
      if (long64 != null) {
        List<Partial> chains = partials(fold.id());
        for (int i = 0; i < vectors; i++) {
          Vec chain = (Vec) chains.get(i).get();
          long64.get(i).set(long64.get(i).get().plus(chain.to(Lane.F64)));
        }
      }
    }
  }

  private List<Partial> start(DType type, Monoid monoid) {
    Handle identity = identity(type, monoid);
    List<Partial> result = new ArrayList<>();
    for (int i = 0; i < vectors; i++) {
      result.add(
          identity instanceof Mask mask
              ? new Partial.Truth(b.variable("partial", mask))
              : new Partial.Lanes(b.variable("partial", (Vec) identity)));
    }
    return result;
  }

  private List<Var<Vec>> variables(String name, Vec initial) {
    List<Var<Vec>> result = new ArrayList<>();
    for (int i = 0; i < vectors; i++) {
      result.add(b.variable(name, initial));
    }
    return result;
  }

  private Handle identity(DType type, Monoid monoid) {
    int bits = Folds.identity(monoid, type);
    return switch (type) {
      case F32 -> b.f32Bits(count, bits);
      case I32 -> b.i32(count, bits);
      case BOOL -> b.mask(count, bits == 0 ? 0 : -1L >>> (Long.SIZE - count));
    };
  }

  /// Takes in an operand's lanes.
  ///
  /// @param mask in a row, lanes that are elements; the others stay as they are
  void add(Step.Fold fold, int vector, Handle operand, Mask mask) {
    Partial partial = partials(fold.id()).get(vector);
    Handle value =
        form == Form.ROW ? select(mask, operand, identity(fold.type(), fold.monoid())) : operand;
    List<Var<Vec>> nan = strays.get(fold.id());
    if (nan == null) {
      partial.set(join(math, fold, partial.get(), value));
    } else {
      Vec next = (Vec) value;
      partial.set(extreme(fold.monoid(), (Vec) partial.get(), next));
      Var<Vec> met = nan.get(vector);
      met.set(next.equalTo(next).select(met.get(), next));
    }
  }

  private static Handle select(Mask mask, Handle yes, Handle no) {
    return yes instanceof Vec vector
        ? mask.select(vector, (Vec) no)
        : mask.and((Mask) yes).or(((Mask) no).andNot(mask));
  }

  /// Takes in an operand's lanes and their positions.
  void add(Step.ArgFold fold, int vector, Handle operand, Vec numbers) {
    Partial best = partials(fold.id()).get(vector);
    Var<Vec> position = positions(fold.id()).get(vector);
    Mask stays =
        (Mask) math.apply(Folds.stays(fold.monoid(), fold.of()), List.of(best.get(), operand));
    position.set(stays.select(position.get(), numbers));
    best.set(select(stays, best.get(), operand));
  }

  /// Behind the inner loops: defines the results, one for each vector, or one scalar in all.
  void finish(List<NestValues> values) {
    for (Step.Fold fold : folds) {
      switch (form) {
        case MAP -> {
          for (int i = 0; i < vectors; i++) {
            values.get(i).define(fold.id(), result(fold, i));
          }
        }
        case ROW -> values.getFirst().define(fold.id(), tree(fold));
      }
    }
    for (Step.ArgFold fold : argFolds) {
      for (int i = 0; i < vectors; i++) {
        values.get(i).define(fold.id(), positions(fold.id()).get(i).get());
      }
    }
  }

  private Handle result(Step.Fold fold, int vector) {
    Handle partial = partial(fold, vector);
    return fold.isLong() ? ((Vec) partial).to(Lane.F32) : partial;
  }

  /// What a vector of partial results has come to, of a long sum in `f64`.
  private Handle partial(Step.Fold fold, int vector) {
    List<Var<Vec>> long64 = sums.get(fold.id());
    if (long64 != null) {
      return long64.get(vector).get();
    }
    Handle partial = partials(fold.id()).get(vector).get();
    List<Var<Vec>> nan = strays.get(fold.id());
    if (nan == null) {
      return partial;
    }
    Vec met = nan.get(vector).get();
    return met.equalTo(met).select((Vec) partial, b.f32(count, Double.NaN));
  }

  private Vec tree(Step.Fold fold) {
    List<Vec> all = new ArrayList<>();
    for (int i = 0; i < vectors; i++) {
      all.add((Vec) partial(fold, i));
    }
    while (all.size() > 1) {
      int half = all.size() / 2;
      List<Vec> joined = new ArrayList<>();
      for (int i = 0; i < half; i++) {
        joined.add(join(fold, all.get(i), all.get(i + half)));
      }
      all = joined;
    }
    Vec lanes = all.getFirst();
    for (int half = count / 2; half > 0; half /= 2) {
      lanes = join(fold, lanes.slice(0, half), lanes.slice(half, half));
    }
    return lanes.to(fold.type() == DType.F32 ? Lane.F32 : Lane.I32);
  }

  private Vec join(Step.Fold fold, Vec partial, Vec value) {
    return (Vec) join(new ScalarLanes(b, partial.count()), fold, partial, value);
  }

  /// What [Folds#combine] says, in the operations that the IR has for it.
  private static Handle join(ScalarLanes math, Step.Fold fold, Handle partial, Handle value) {
    if (!(partial instanceof Vec a)) {
      ScalarFn fn = Folds.combine(fold.monoid(), fold.type());
      return math.apply(fn, List.of(partial, value));
    }
    Vec next = (Vec) value;
    if (fold.monoid() == Monoid.SUM) {
      return a.plus(next);
    }
    Vec chosen = extreme(fold.monoid(), a, next);
    return a.lane().isFloat() ? a.equalTo(a).select(chosen, a) : chosen;
  }

  /// The value, if either is a NaN.
  private static Vec extreme(Monoid monoid, Vec partial, Vec value) {
    return monoid == Monoid.MAX ? partial.max(value) : partial.min(value);
  }

  private List<Partial> partials(int id) {
    return known(partials, id);
  }

  private List<Var<Vec>> positions(int id) {
    return known(positions, id);
  }

  private static <T> T known(Map<Integer, T> all, int id) {
    T value = all.get(id);
    if (value == null) {
      throw new IllegalStateException("fold without begin: id=" + id);
    }
    return value;
  }
}
