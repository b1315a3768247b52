/// Samples of every operation, for the tests of all modules.
@NullMarked
package dev.merapi.samples;

import org.jspecify.annotations.NullMarked;
