/// Differentiation as a transformation of graphs.
@NullMarked
package dev.merapi.autodiff;

import org.jspecify.annotations.NullMarked;
