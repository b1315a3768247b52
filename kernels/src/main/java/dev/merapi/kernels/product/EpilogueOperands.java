package dev.merapi.kernels.product;

/// Where the operands of an epilogue lie: for each the address of the first element, bytes from one
/// row to the next, and bytes from one matrix of a batch to the next. For a convolution, rows are
/// channels and the batch is the images.
public final class EpilogueOperands {
  /// Those of an epilogue that has none.
  public static final EpilogueOperands NONE = new EpilogueOperands(0);

  private final long[] addresses;
  private final long[] rowBytes;
  private final long[] batchBytes;

  /// So many operands, to be [#set].
  public EpilogueOperands(int count) {
    this.addresses = new long[count];
    this.rowBytes = new long[count];
    this.batchBytes = new long[count];
  }

  /// Says where an operand lies.
  ///
  /// @param index its number in the epilogue
  /// @param address of its first element
  /// @param rowStride bytes from one row to the next; any number unless it is a matrix
  /// @param batchStride bytes from one matrix of a batch to the next, 0 to repeat
  public void set(int index, long address, long rowStride, long batchStride) {
    addresses[index] = address;
    rowBytes[index] = rowStride;
    batchBytes[index] = batchStride;
  }

  /// How many there are.
  public int count() {
    return addresses.length;
  }

  /// The address of an operand's first element for one matrix of a batch.
  public long address(int index, long batch) {
    return addresses[index] + batch * batchBytes[index];
  }

  /// Bytes from one of an operand's rows to the next.
  public long rowBytes(int index) {
    return rowBytes[index];
  }
}
