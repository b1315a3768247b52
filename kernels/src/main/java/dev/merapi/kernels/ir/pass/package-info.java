/// Passes from a routine to one that does the same, which every target wants: [Passes] has their
/// order.
@NullMarked
package dev.merapi.kernels.ir.pass;

import org.jspecify.annotations.NullMarked;
