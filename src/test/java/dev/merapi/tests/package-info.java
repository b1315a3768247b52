/// Tests over all modules.
@NullMarked
package dev.merapi.tests;

import org.jspecify.annotations.NullMarked;
