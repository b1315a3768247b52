package dev.merapi.kernels.gemm;

import dev.merapi.kernels.emit.TieredKernel;
import java.util.List;

/// One product that is ready to run, any number of times, in any threads, each run with a workspace
/// of its own.
///
/// A run may be split in `parts` that compute disjoint elements of C and share nothing but what
/// they read. Their results are the same for any number of parts.
///
/// The workspace begins with the operands of the epilogue, as [TileArguments#bind] writes them
/// before the run.
public interface MatrixProduct extends AutoCloseable {
  /// The kernels that a warm-up makes faster.
  List<TieredKernel> kernels();

  /// Bytes of the workspace of a run, to be aligned to 64 bytes.
  long workspaceBytes(int parts);

  /// Bytes of B in the layout of [#packWeights].
  long weightBytes();

  /// What decides the layout of [#packWeights]: equal for products that may use each other's
  /// weights.
  Object weightLayout();

  /// Brings B into the layout that runs expect where the problem says [Problem.Weights#PACKED].
  ///
  /// @param b address of B with the problem's strides
  /// @param weights address of [#weightBytes], aligned to 64 bytes
  void packWeights(long b, long weights);

  /// Computes one part of the product.
  ///
  /// @param a address of A
  /// @param b address of B, or of its packed form
  /// @param c address of C
  /// @param workspace address of [#workspaceBytes]
  /// @param part number of this part, from 0
  /// @param parts how many there are
  void run(long a, long b, long c, long workspace, int part, int parts);

  /// Gives back code that nobody else uses.
  @Override
  default void close() {}
}
