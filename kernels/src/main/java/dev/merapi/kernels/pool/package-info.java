/// Pooling on dense NCHW images: windows that slide over one or two spatial axes.
///
/// Planes (one channel of one image) are shared out among threads. In a plane, the positions whose
/// windows lie wholly inside form a rectangle, which an emitted kernel takes where the geometry
/// suits vectors ([WindowLines], [PairGradient]); all other positions are plain Java loops. Each
/// element of the result is joined row by row of its window, whichever way it is computed.
@NullMarked
package dev.merapi.kernels.pool;

import org.jspecify.annotations.NullMarked;
