package dev.merapi.train;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.DType;
import dev.merapi.graph.Dim;
import dev.merapi.graph.Shape;
import dev.merapi.memory.HostTensor;
import java.util.OptionalInt;

/// How outputs and targets are read as classes.
sealed interface Answers {
  /// One of several classes: outputs `f32[N,classes,...]`, targets `i32[N,...]`.
  ///
  /// @param inner the positions of one row
  /// @param ignored the target of positions that do not count
  record Classes(int classes, int inner, OptionalInt ignored) implements Answers {
    /// How many positions a batch has.
    int positions(HostTensor target) {
      return (int) target.elements();
    }

    /// The row that a position belongs to.
    int row(int position) {
      return position / inner;
    }

    /// Where the score of a class lies.
    private long index(int position, int of) {
      return ((long) (position / inner) * classes + of) * inner + position % inner;
    }

    float score(HostTensor output, int position, int of) {
      return output.getFloat(index(position, of));
    }

    /// The class of the highest score, the first one of equals.
    int predicted(HostTensor output, int position) {
      int best = 0;
      float highest = score(output, position, 0);
      for (int each = 1; each < classes; each++) {
        float score = score(output, position, each);
        if (score > highest) {
          best = each;
          highest = score;
        }
      }
      return best;
    }

    /// Whether a position counts.
    boolean counts(HostTensor target, int position) {
      return ignored.isEmpty() || target.getInt(position) != ignored.getAsInt();
    }

    int actual(HostTensor target, int position) {
      int actual = target.getInt(position);
      if (actual < 0 || actual >= classes) {
        throw MerapiException.of(Kind.INDEX, "metric: target is not a class")
            .with("target", actual)
            .with("classes", classes);
      }
      return actual;
    }
  }

  /// Yes or no for each of some labels: outputs and targets `f32[N,...]` of one type.
  ///
  /// @param labels the elements of one row; 1 for binary classification
  record Labels(int labels, double boundary) implements Answers {
    /// The row that an element belongs to.
    int row(int element) {
      return element / labels;
    }

    boolean predicted(HostTensor output, long element) {
      return output.getFloat(element) > boundary;
    }

    /// Targets are 0 and 1, or -1 and 1.
    static boolean actual(HostTensor target, long element) {
      return target.getFloat(element) > 0.5;
    }
  }

  /// How to read outputs and targets of these types.
  ///
  /// @throws MerapiException of kind `SHAPE` if they are neither
  static Answers of(String metric, Metric.Subject subject) {
    Shape output = subject.output().shape();
    Shape target = subject.target().shape();
    if (subject.output().dtype() == DType.F32) {
      if (subject.target().dtype() == DType.I32 && output.rank() == target.rank() + 1) {
        int classes = size(output.dim(1), metric, subject);
        return new Classes(classes, elements(output, 2, metric, subject), subject.ignored());
      }
      if (subject.target().equals(subject.output())) {
        return new Labels(elements(output, 1, metric, subject), subject.boundary());
      }
    }
    throw unsuitable(metric, subject)
        .hint("takes f32[N,classes,...] with i32[N,...], or two of one type f32[N,...]");
  }

  /// The elements of one row from that axis on.
  static int elements(Shape shape, int from, String metric, Metric.Subject subject) {
    int elements = 1;
    for (int axis = from; axis < shape.rank(); axis++) {
      elements = Math.multiplyExact(elements, size(shape.dim(axis), metric, subject));
    }
    return elements;
  }

  private static int size(Dim dim, String metric, Metric.Subject subject) {
    if (!dim.isConstant() || dim.value() < 1) {
      throw unsuitable(metric, subject).hint("only the size of the batch may vary");
    }
    return Math.toIntExact(dim.value());
  }

  static MerapiException unsuitable(String metric, Metric.Subject subject) {
    return MerapiException.of(Kind.SHAPE, metric + ": does not suit the output and the target")
        .with("output", subject.output())
        .with("target", subject.target());
  }
}
