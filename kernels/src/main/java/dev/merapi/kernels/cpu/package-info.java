/// Turns programs into runs: one [RegionKernel] for each region, a schedule of their phases, and
/// the team of threads that walks it.
@NullMarked
package dev.merapi.kernels.cpu;

import org.jspecify.annotations.NullMarked;
