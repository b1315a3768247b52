/// The `merapi` command and its sub-commands.
@NullMarked
package dev.merapi.cli;

import org.jspecify.annotations.NullMarked;
