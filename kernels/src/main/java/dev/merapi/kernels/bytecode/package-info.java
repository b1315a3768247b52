/// Kernel IR as Java bytecode: the targets that run wherever the JVM does.
///
/// [ScalarTarget] needs nothing but the language. It rolls what a routine does to all lanes of its
/// vectors into loops over the lanes ([Schedule] says which instructions share a loop), so that the
/// bytecode stays small whatever the lane count is. [VectorTarget] has vectors of the Vector API,
/// for JVMs with C2.
@NullMarked
package dev.merapi.kernels.bytecode;

import org.jspecify.annotations.NullMarked;
