/// Graphs drawn at random, of every family of operations: what compilers and backends are compared
/// with the interpreter on. A seed is a graph for good only as long as nothing here changes.
@NullMarked
package dev.merapi.drawn;

import org.jspecify.annotations.NullMarked;
