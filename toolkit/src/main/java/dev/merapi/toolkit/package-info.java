/// What needs libraries: progress bars, images, arrays in files, JSON.
@NullMarked
package dev.merapi.toolkit;

import org.jspecify.annotations.NullMarked;
