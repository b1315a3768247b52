/// The kernel IR: what a kernel computes, said once for every target.
///
/// A [Routine] is a named function of up to six longs. Its values are typed: integers, pointers,
/// vectors of a count of lanes, masks. The count is abstract: a target with narrower registers uses
/// several of them, so a routine has the same bits everywhere, up to the bits of a NaN. Narrow
/// types exist in memory only: loads and stores convert ([MemoryType]). Control is structured:
/// counted loops, conditions and calls, as nested [Block]s in static single assignment.
///
/// Nothing here knows of a target. Kernels are written with `ir.build`, checked by [Verifier], read
/// with [Printer], rewritten by `ir.pass` and defined by `ir.interpret`.
@NullMarked
package dev.merapi.kernels.ir;

import org.jspecify.annotations.NullMarked;
