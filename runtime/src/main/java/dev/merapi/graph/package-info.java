/// The intermediate representation: flat, typed SSA.
@NullMarked
package dev.merapi.graph;

import org.jspecify.annotations.NullMarked;
