/// Machine code in this process: which processor it is, memory that may be executed, calls from
/// Java, and the conventions of the systems.
@org.jspecify.annotations.NullMarked
package dev.merapi.kernels.machine;
