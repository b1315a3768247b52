/// Benchmarks, and the side-by-side runs against peers. No module of its own: JMH is not one.
@NullMarked
package dev.merapi.bench;

import org.jspecify.annotations.NullMarked;
