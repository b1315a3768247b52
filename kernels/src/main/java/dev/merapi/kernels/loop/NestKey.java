package dev.merapi.kernels.loop;

/// What the routine of a nest depends on; equal ones share a kernel.
record NestKey(Structure structure, NestShape shape) {}
