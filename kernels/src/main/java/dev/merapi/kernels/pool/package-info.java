/// Pooling on dense NCHW images: windows that slide over one or two spatial axes.
///
/// Planes (one channel of one image) are shared out among threads, and a part of them is one call
/// of a kernel. In a plane, the positions whose windows lie wholly inside form a rectangle, which
/// vectors take where the geometry suits them ([WindowLines]); all other positions are taken one by
/// one. Each element of the result is joined row by row of its window, whichever way it is
/// computed. The routines ([PoolRoutine], [PoolGradientRoutine]) know no sizes: they read them from
/// a [WindowTable].
@NullMarked
package dev.merapi.kernels.pool;

import org.jspecify.annotations.NullMarked;
