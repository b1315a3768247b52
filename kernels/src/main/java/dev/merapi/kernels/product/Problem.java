package dev.merapi.kernels.product;

/// What a plan computes: `C[m,n] = A[m,k] x B[k,n]`, where the rows of C are contiguous.
///
/// @param a strides of A
/// @param b strides of B
/// @param rowC distance of neighbouring rows of C, in elements
/// @param weights whether B changes between runs
public record Problem(int m, int n, int k, Strides a, Strides b, long rowC, Weights weights) {
  /// Whether B is packed in each run or once for all.
  public enum Weights {
    /// B is read where it lies, in each run.
    FRESH,
    /// B was brought into the product's own layout once.
    PACKED
  }

  public Problem {
    if (m < 0 || n < 0 || k < 0 || rowC < n) {
      throw new IllegalArgumentException(
          "negative size or overlapping rows: m=" + m + ", n=" + n + ", k=" + k + ", rowC=" + rowC);
    }
  }

  /// A product of row-major matrices without gaps.
  public static Problem rowMajor(int m, int n, int k) {
    Strides a = Strides.rowMajor(k);
    Strides b = Strides.rowMajor(n);
    return new Problem(m, n, k, a, b, n, Weights.FRESH);
  }

  public Problem with(Strides newA, Strides newB) {
    return new Problem(m, n, k, newA, newB, rowC, weights);
  }

  public Problem withPackedWeights() {
    return new Problem(m, n, k, a, b, rowC, Weights.PACKED);
  }

  /// The same result where it has one column, seen as one row: the operands change places.
  public Problem transposed() {
    return new Problem(n, m, k, b.transposed(), a.transposed(), m, weights);
  }
}
