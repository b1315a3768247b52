/// The catalogue of elementwise operations, and functions composed of graph operations.
@NullMarked
package dev.merapi.ops;

import org.jspecify.annotations.NullMarked;
