package dev.merapi.kernels.loop;

/// What the routine of a nest depends on.
record NestKey(Structure structure, NestShape shape) {}
