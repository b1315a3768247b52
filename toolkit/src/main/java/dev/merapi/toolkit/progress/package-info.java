/// How training goes on, on a terminal.
@NullMarked
package dev.merapi.toolkit.progress;

import org.jspecify.annotations.NullMarked;
