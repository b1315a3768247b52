/// Calls of kernels, done at once or written down: a binding writes the calls of its runs into a
/// table once, and each run is then one walk along it, however slow the Java code around is.
@org.jspecify.annotations.NullMarked
package dev.merapi.kernels.calls;
