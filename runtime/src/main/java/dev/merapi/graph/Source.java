package dev.merapi.graph;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.util.List;
import java.util.Map;

/// Values that come from outside the graph or from nothing.
public sealed interface Source extends Op {
  /// The type of the value.
  TensorType type();

  @Override
  default List<TensorType> infer(List<TensorType> operands) {
    if (!operands.isEmpty()) {
      throw MerapiException.of(Kind.SHAPE, name() + ": takes no operands")
          .with("operands", operands);
    }
    return List.of(type());
  }

  @Override
  default void vjp(Vjp context) {}

  /// What the caller binds at each run.
  record Input(String label, TensorType type) implements Source {
    @Override
    public Op bind(Map<String, Long> sizes) {
      return new Input(label, type.bind(sizes));
    }

    @Override
    public String name() {
      return "input";
    }
  }

  /// What lives as long as the model: weights, running statistics, optimizer moments.
  record Parameter(String label, TensorType type, Role role) implements Source {
    /// Who changes a parameter.
    public enum Role {
      /// Training: it follows its gradient.
      WEIGHT,
      /// The graph itself, by what it stores: running statistics, moments, counters.
      BUFFER
    }

    public Parameter {
      type.shape().toArray(); // a parameter has constant sizes
    }

    /// A weight.
    public Parameter(String label, TensorType type) {
      this(label, type, Role.WEIGHT);
    }

    @Override
    public String name() {
      return "parameter";
    }
  }

  /// Data known when the graph is built.
  record Constant(Literal literal) implements Source {
    @Override
    public TensorType type() {
      return literal.type();
    }

    @Override
    public Op bind(Map<String, Long> sizes) {
      return new Constant(literal.with(literal.type().shape().bind(sizes)));
    }

    @Override
    public String name() {
      return "constant";
    }
  }

  /// Random words as `i32`: operands are a key `i32[2]` and a counter `i32[]`, and the element of
  /// row-major index `i` is the first word that Threefry2x32 of twenty rounds makes of the words
  /// `(i, counter)` under that key. The words depend on nothing else, on no backend.
  record RandomBits(TensorType type) implements Source {
    private static final List<TensorType> OPERANDS = List.of(TensorType.i32(2), TensorType.i32());

    public RandomBits {
      if (type.dtype() != DType.I32) {
        throw MerapiException.of(Kind.SHAPE, "randombits: gives i32 words").with("type", type);
      }
    }

    @Override
    public List<TensorType> infer(List<TensorType> operands) {
      if (!operands.equals(OPERANDS)) {
        throw MerapiException.of(Kind.SHAPE, "randombits: takes a key and a counter")
            .with("operands", operands)
            .with("expected", OPERANDS);
      }
      return List.of(type);
    }

    @Override
    public Op bind(Map<String, Long> sizes) {
      return new RandomBits(type.bind(sizes));
    }

    @Override
    public String name() {
      return "randombits";
    }
  }

  /// The index of each element along one axis, as `i32` (or `f32`).
  record Iota(TensorType type, int axis) implements Source {
    public Iota {
      if (type.dtype() == DType.BOOL) {
        throw MerapiException.of(Kind.SHAPE, "iota: counts in numbers").with("type", type);
      }
      axis = type.shape().axis(axis);
    }

    @Override
    public Op bind(Map<String, Long> sizes) {
      return new Iota(type.bind(sizes), axis);
    }

    @Override
    public String name() {
      return "iota";
    }
  }
}
