/// Optimizers: how parameters follow their gradients.
@NullMarked
package dev.merapi.optim;

import org.jspecify.annotations.NullMarked;
