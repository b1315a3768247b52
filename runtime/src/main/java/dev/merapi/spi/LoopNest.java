package dev.merapi.spi;

import dev.merapi.graph.DType;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.ScalarPrimitive;
import java.util.List;

/// A fused kernel: nested loops whose body is scalar code, the form of every region of maps, views
/// and folds.
///
/// The first `outerRank` dimensions are the *outer* loops: their points are independent and may be
/// divided among threads. The others are the *inner* loops, which are folded. For each outer point
/// the stages run one after the other: a stage is one traversal of the inner loops ([Stage#inner]),
/// followed by code that runs once for the point ([Stage#point]). Without inner dimensions the
/// inner code of a stage runs once.
///
/// Each instruction defines the value of its index in a numbering over the whole nest (`id`); an
/// instruction may use values of the same traversal, and values of any earlier point code. The
/// value of a [Instr.Fold] is only available in the point code of its stage and later.
///
/// Sizes are positive, and there is at least one outer loop (of extent 1 where nothing remains).
/// Dimensions are already collapsed: neighbours that every access treats as one are one, unless it
/// would have more than 2^30 elements.
///
/// @param label places in the user's model that were fused
/// @param extents sizes of the loops, outermost first
public record LoopNest(String label, List<Long> extents, int outerRank, List<Stage> stages) {
  public LoopNest {
    extents = List.copyOf(extents);
    stages = List.copyOf(stages);
  }

  /// The number of loops.
  public int rank() {
    return extents.size();
  }

  /// One traversal of the inner loops and what follows it, for each outer point.
  public record Stage(List<Instr> inner, List<Instr> point) {
    public Stage {
      inner = List.copyOf(inner);
      point = List.copyOf(point);
    }
  }

  /// Scalar code. `id` names the result within the nest; -1 where there is none.
  public sealed interface Instr {
    int id();

    DType type();

    /// Reads an element. In point code the inner strides are 0.
    record Load(int id, DType type, Access access) implements Instr {}

    /// A constant by its 32 bits.
    record Const(int id, DType type, int bits) implements Instr {}

    /// An affine function of the loop indices: `offset + sum(index[d] * strides[d])`.
    record Index(int id, DType type, long offset, List<Long> strides) implements Instr {
      public Index {
        strides = List.copyOf(strides);
      }
    }

    /// A primitive applied to earlier values.
    record Apply(int id, DType type, ScalarPrimitive primitive, List<Integer> operands)
        implements Instr {
      public Apply {
        operands = List.copyOf(operands);
      }
    }

    /// Joins the values of an operand over the traversal; inner code only.
    record Fold(int id, DType type, Monoid monoid, int operand) implements Instr {}

    /// The position (row-major over the inner loops) of the first extreme value of the operand, NaN
    /// being the most extreme; inner code only.
    record ArgFold(int id, DType type, Monoid monoid, int operand) implements Instr {}

    /// Writes an element.
    record Store(DType type, Access access, int operand) implements Instr {
      @Override
      public int id() {
        return -1;
      }
    }
  }
}
