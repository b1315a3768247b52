/// Tests of the products that are written in the kernel IR.
package dev.merapi.kernels.product;
