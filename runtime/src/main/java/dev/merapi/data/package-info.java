/// Data sets in memory, batches of them, and readers of the usual files.
@NullMarked
package dev.merapi.data;

import org.jspecify.annotations.NullMarked;
