/// Matrix products in the kernel IR: a table of kernels, and a plan that has the routines of one
/// product built.
///
/// What an element of the result is, to the last bit, is said by [Definition]. Tiles, lanes,
/// packing, groups and threads do not show in it.
///
/// A [Product] is a routine of six words that computes a range of rows and columns: it walks the
/// blocks of k, groups of columns and strips of rows, has operands packed where that pays, and
/// calls a [Strip], which multiplies one strip of rows by a group of columns, tile by tile.
@NullMarked
package dev.merapi.kernels.product;

import org.jspecify.annotations.NullMarked;
