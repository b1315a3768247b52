/// Layers and networks. Names and defaults follow PyTorch.
@NullMarked
package dev.merapi.nn;

import org.jspecify.annotations.NullMarked;
