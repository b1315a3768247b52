/// Images in files as tensors, and folders of them as data sets.
@NullMarked
package dev.merapi.toolkit.images;

import org.jspecify.annotations.NullMarked;
