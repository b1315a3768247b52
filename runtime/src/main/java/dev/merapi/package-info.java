/// The names met first: models, sessions, training steps, and the one exception type.
@NullMarked
package dev.merapi;

import org.jspecify.annotations.NullMarked;
