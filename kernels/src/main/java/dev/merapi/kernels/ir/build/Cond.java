package dev.merapi.kernels.ir.build;

import dev.merapi.kernels.ir.Value;

/// A condition, for [RoutineBuilder#when].
public record Cond(RoutineBuilder builder, Value value) implements Handle {}
