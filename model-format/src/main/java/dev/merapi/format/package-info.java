/// Model files: Merapi's own format and safetensors.
@NullMarked
package dev.merapi.format;

import org.jspecify.annotations.NullMarked;
