/// The definition of the graph's meaning: an interpreter in double, one node at a time.
@NullMarked
package dev.merapi.reference;

import org.jspecify.annotations.NullMarked;
