/// Matrix products in the kernel IR: a table of kernels, and a plan that has the routines of one
/// product built.
///
/// What an element of the result is, to the last bit, is said by [Definition]. Tiles, lanes,
/// packing, groups and threads do not show in it.
///
/// A [ProductPlan] says the calls that compute a range of rows and columns: it walks the blocks of
/// k and groups of columns, and has operands packed where that pays. A call of [Strips] multiplies
/// strips of rows of one height by a group of columns, each as a [Strip], tile by tile.
@NullMarked
package dev.merapi.kernels.product;

import org.jspecify.annotations.NullMarked;
