/// Calls of the operating system, for this module and the backends.
@org.jspecify.annotations.NullMarked
package dev.merapi.foreign;
