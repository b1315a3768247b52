/// `./merapi compare`: whole networks beside ONNX Runtime, in turns, on the same weights.
@NullMarked
package dev.merapi.bench.compare;

import org.jspecify.annotations.NullMarked;
