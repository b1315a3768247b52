/// How kernels are written: [RoutineBuilder] and the typed handles of values, whose methods are the
/// instructions.
///
/// ```
/// RoutineBuilder b = new RoutineBuilder("scale");
/// Ptr x = b.pointer("x");
/// Int n = b.integer("n");
/// b.lanes(n, 16, (i, mask) -> {
///   Place at = x.at(i, 4);
///   at.store(MemoryType.F32, at.load(MemoryType.F32, 16, mask).times(2), mask);
/// });
/// Routine scale = b.build();
/// ```
@NullMarked
package dev.merapi.kernels.ir.build;

import org.jspecify.annotations.NullMarked;
