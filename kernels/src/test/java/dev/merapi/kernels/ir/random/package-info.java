/// Drawn routines: well typed, soon over, and never outside of their buffers, for the tests of
/// everything that runs or changes routines.
package dev.merapi.kernels.ir.random;
