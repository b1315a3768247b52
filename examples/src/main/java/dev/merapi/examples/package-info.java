/// Small complete programs, and the data they use.
@NullMarked
package dev.merapi.examples;

import org.jspecify.annotations.NullMarked;
