/// Off-heap memory behind checked walls: slabs, places within them, and views for the user.
@NullMarked
package dev.merapi.memory;

import org.jspecify.annotations.NullMarked;
