/// Measurements in JVMs that have just been started.
@NullMarked
package dev.merapi.bench.fresh;

import org.jspecify.annotations.NullMarked;
