/// The definition of the kernel IR: an interpreter that takes one lane after the other. It shares
/// no code with any target, so it is the oracle of their tests.
@NullMarked
package dev.merapi.kernels.ir.interpret;

import org.jspecify.annotations.NullMarked;
