/// What training needs around a network: losses, metrics, callbacks.
@NullMarked
package dev.merapi.train;

import org.jspecify.annotations.NullMarked;
