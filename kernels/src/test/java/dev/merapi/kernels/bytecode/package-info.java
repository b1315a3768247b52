@org.jspecify.annotations.NullMarked
package dev.merapi.kernels.bytecode;
