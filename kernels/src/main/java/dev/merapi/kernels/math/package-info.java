/// Elementary functions spelled in basic arithmetic, so that vector lanes and scalar code agree bit
/// for bit.
@NullMarked
package dev.merapi.kernels.math;

import org.jspecify.annotations.NullMarked;
