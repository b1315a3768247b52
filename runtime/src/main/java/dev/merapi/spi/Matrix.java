package dev.merapi.spi;

/// A batch of matrices inside a buffer: element `(b, r, c)` is at `offset + b * batchStride + r *
/// rowStride + c * colStride`, all in elements.
public record Matrix(
    Buffer buffer, long offset, long batchStride, long rowStride, long colStride) {}
