/// Kernels of the usual kinds, written in the IR: for its own tests and those of its targets.
package dev.merapi.kernels.ir.samples;
