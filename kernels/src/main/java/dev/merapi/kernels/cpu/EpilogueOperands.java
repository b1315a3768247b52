package dev.merapi.kernels.cpu;

import dev.merapi.kernels.conv.ConvOperands;
import dev.merapi.kernels.product.ProductPlan;
import dev.merapi.kernels.product.TileArguments;
import dev.merapi.spi.Epilogue;
import dev.merapi.spi.Matrix;

/// Where the operands of an epilogue lie.
///
/// Kernels read that at the start of their workspace. It is scratch memory that all regions share,
/// so this is written before each run; several threads may write the same words at once.
final class EpilogueOperands {
  private final long[] addresses;
  private final long[] rowStrides;
  private final long[] batchStrides;

  EpilogueOperands(Epilogue epilogue, RegionKernel.Memory memory) {
    int count = epilogue.operands().size();
    addresses = new long[count];
    rowStrides = new long[count];
    batchStrides = new long[count];
    for (int i = 0; i < count; i++) {
      Matrix matrix = epilogue.operands().get(i);
      addresses[i] = memory.address(matrix, 0);
      rowStrides[i] = matrix.rowStride() * Float.BYTES;
      batchStrides[i] = matrix.batchStride() * Float.BYTES;
    }
  }

  /// Writes them for one product of a batch.
  void writeProduct(long workspace, long batch) {
    for (int i = 0; i < addresses.length; i++) {
      long address = addresses[i] + batch * batchStrides[i];
      TileArguments.bind(workspace, i, address, rowStrides[i]);
    }
  }

  /// Writes them into the arguments of one product of a batch, see [ProductPlan].
  void writeArguments(long block, long batch) {
    for (int i = 0; i < addresses.length; i++) {
      long address = addresses[i] + batch * batchStrides[i];
      ProductPlan.writeOperand(block, i, address, rowStrides[i]);
    }
  }

  /// Writes them for a convolution, whose batch is within one run.
  void writeConvolution(long workspace) {
    for (int i = 0; i < addresses.length; i++) {
      ConvOperands.bind(workspace, i, addresses[i], rowStrides[i], batchStrides[i]);
    }
  }
}
