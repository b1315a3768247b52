/// What a backend receives and returns: the program of regions and loop nests, and the interfaces
/// through which the runtime drives a backend.
@NullMarked
package dev.merapi.spi;

import org.jspecify.annotations.NullMarked;
