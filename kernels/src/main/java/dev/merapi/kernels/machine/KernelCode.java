package dev.merapi.kernels.machine;

import dev.merapi.kernels.x64.Code;

/// The code of a kernel, and the name that profilers show.
public record KernelCode(String name, Code code) {}
