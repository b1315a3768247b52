package dev.merapi.kernels.cpu;

import dev.merapi.kernels.jit.TieredKernel;
import dev.merapi.kernels.product.EpilogueOperands;
import dev.merapi.spi.Addresses;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.Epilogue;
import dev.merapi.spi.Matrix;
import dev.merapi.spi.Packed;
import dev.merapi.spi.Program;
import java.util.List;
import java.util.Optional;

/// A compiled region: kernels chosen, sizes known, memory not yet.
interface RegionKernel extends AutoCloseable {
  /// The place in the user's model.
  String label();

  /// How many scalar instructions a run would take, to a factor of ten: what takes most is warmed
  /// up first.
  default long work() {
    return 0;
  }

  /// What is derived once from a frozen parameter or a constant.
  default Optional<Packed> packed() {
    return Optional.empty();
  }

  /// Bytes that belong to a binding for as long as it lives.
  default long residentBytes() {
    return 0;
  }

  /// Bytes of working memory for a run by that many threads, shared with all other regions.
  default long scratchBytes(int threads) {
    return 0;
  }

  /// The phases in order; between two of them all threads wait for each other. Their number, and
  /// which calls they make, does not depend on the memory.
  List<Phase> bind(Memory memory, int threads);

  /// The kernels that it calls and that a warm-up makes faster; empty for plain Java and for
  /// machine code.
  default List<TieredKernel> kernels() {
    return List.of();
  }

  /// Whether there is enough to do that somebody would notice the vectors.
  default boolean isWorthVectors() {
    return true;
  }

  /// Why it is slower than one might expect, a sentence a line; usually nothing.
  default List<String> remarks() {
    return List.of();
  }

  /// Gives back what no run needs any more.
  @Override
  default void close() {}

  /// The memory of one binding: addresses of buffers, and of this region's parts of other memory.
  ///
  /// @param packed of [#packed], 0 where there is none
  /// @param resident of [#residentBytes]
  /// @param scratch of [#scratchBytes]
  /// @param isThere false where calls are counted before there is memory: then all addresses are
  ///   zero, and nothing may be written
  record Memory(
      Program program,
      Addresses addresses,
      long packed,
      long resident,
      long scratch,
      boolean isThere) {
    long address(Buffer buffer) {
      return addresses.of(program, buffer);
    }

    /// The address of the first element of one matrix of a batch.
    long address(Matrix matrix, long batch) {
      long element = matrix.offset() + batch * matrix.batchStride();
      return address(matrix.buffer()) + element * Float.BYTES;
    }

    /// Where the operands of an epilogue lie.
    EpilogueOperands operands(Epilogue epilogue) {
      List<Matrix> matrices = epilogue.operands();
      var operands = new EpilogueOperands(matrices.size());
      for (int i = 0; i < matrices.size(); i++) {
        Matrix matrix = matrices.get(i);
        operands.set(
            i,
            address(matrix, 0),
            matrix.rowStride() * Float.BYTES,
            matrix.batchStride() * Float.BYTES);
      }
      return operands;
    }
  }
}
