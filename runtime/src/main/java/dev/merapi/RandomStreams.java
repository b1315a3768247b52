package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Shape;
import dev.merapi.graph.Source.RandomBits;
import dev.merapi.graph.TensorType;
import dev.merapi.memory.HostTensor;
import java.util.HashMap;
import java.util.Map;

/// The random words of a training step. Its state holds a key and the number of the step; each
/// place that draws has a stream of its own, split off the key by the place's path, so that adding
/// a layer leaves the others' words alone.
final class RandomStreams {
  /// The name of the state: `i32[3]`, the two words of a [RandomKey] and the number of the step.
  static final String STATE = TrainingGraph.STATE + "random";

  private static final TensorType STATE_TYPE = TensorType.i32(3);
  private static final TensorType KEY_TYPE = TensorType.i32(2);
  private static final Tensor ONE_STEP = Tensor.of(0, 0, 1);

  private final Trace trace;
  private final Map<String, Integer> draws = new HashMap<>();

  RandomStreams(Trace trace) {
    this.trace = trace;
  }

  /// The state before the first step.
  static HostTensor first(RandomKey key) {
    var state = HostTensor.allocate(STATE, STATE_TYPE);
    state.copyFrom(new int[] {key.low(), key.high(), 0});
    return state;
  }

  /// Words that no other place and no other step draws.
  Tensor bits(Shape shape) {
    String place = trace.builder().path();
    if (trace.mode() != Trace.Mode.TRAIN) {
      throw MerapiException.of(Kind.TRACE, "random: a model that serves draws no numbers")
          .with("shape", shape)
          .at(place)
          .hint("ask Trace.mode() first, as dropout does");
    }
    Tensor state = trace.buffer(STATE, STATE_TYPE);
    trace.update(state, next -> next.sameAs(state) ? state.plus(ONE_STEP) : next);
    Tensor step = state.slice(0, 2, 3).reshape(Shape.SCALAR);
    RandomKey name = RandomKey.of(0).split(place + "#" + draws.merge(place, 1, Integer::sum));
    Tensor key = state.slice(0, 0, 2);
    for (int word : new int[] {name.low(), name.high()}) {
      key = words(KEY_TYPE, key, Tensor.of(Shape.SCALAR, word));
    }
    return words(TensorType.i32().with(shape), key, step);
  }

  private static Tensor words(TensorType type, Tensor key, Tensor counter) {
    return Tensor.build(
        (builder, operands) -> builder.add(new RandomBits(type), operands).result(), key, counter);
  }
}
