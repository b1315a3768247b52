/// Arrays in files: NumPy's `.npy` and `.npz`, and JSON.
@NullMarked
package dev.merapi.toolkit.arrays;

import org.jspecify.annotations.NullMarked;
