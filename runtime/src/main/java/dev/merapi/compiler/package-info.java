/// The compiler: passes over the graph, fusion into kernels, and the plan of memory.
@NullMarked
package dev.merapi.compiler;

import org.jspecify.annotations.NullMarked;
