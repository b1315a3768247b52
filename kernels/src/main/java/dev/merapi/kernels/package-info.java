/// The CPU backend's face.
@NullMarked
package dev.merapi.kernels;

import org.jspecify.annotations.NullMarked;
