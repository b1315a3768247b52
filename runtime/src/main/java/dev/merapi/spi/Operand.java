package dev.merapi.spi;

import dev.merapi.graph.TensorType;

/// A dense row-major tensor at the start of a buffer, seen with a type of its own: a reshape costs
/// nothing.
public record Operand(Buffer buffer, TensorType type) {}
