package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Node;
import dev.merapi.graph.Source;
import dev.merapi.graph.Value;
import dev.merapi.memory.HostTensor;
import dev.merapi.ops.Compose;
import dev.merapi.ops.Elementwise;
import dev.merapi.train.Loss;
import dev.merapi.train.OutputKind;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// Tells when a loss and the end of a network do not go together.
final class OutputAdvice {
  /// What a network may end with.
  private enum End {
    SOFTMAX,
    SIGMOID
  }

  private OutputAdvice() {}

  /// A warning about a network that ends with what its loss has within itself.
  static Optional<String> warning(Graph graph, Loss loss) {
    return endOf(graph).map(end -> warning(end, loss)).filter(text -> !text.isEmpty());
  }

  private static String warning(End end, Loss loss) {
    String before = end == End.SOFTMAX ? "a softmax" : "a sigmoid";
    return switch (loss.takes()) {
      case SCORES ->
          before
              + " comes before "
              + loss
              + ", which takes scores: training is slow and may fail; leave it out, and apply it to"
              + " what the model gives";
      case LOGITS ->
          before
              + " comes before "
              + loss
              + ", which takes logits: training is slow and may fail; leave it out, or take bce()";
      case LOG_PROBABILITIES ->
          before
              + " comes before "
              + loss
              + ", which takes logarithms of probabilities: end with logSoftmax, or take"
              + " crossEntropy() of scores";
      case PROBABILITIES, ANY -> "";
    };
  }

  private static Optional<End> endOf(Graph graph) {
    Value output = graph.outputs().getFirst().value();
    var pattern = new GraphBuilder("pattern");
    Value x = pattern.input("x", output.type());
    if (!output.dtype().isFloat()) {
      return Optional.empty();
    }
    Value sigmoid = Elementwise.SIGMOID.on(pattern, x);
    if (matches(output, graph.producers(), sigmoid, pattern)) {
      return Optional.of(End.SIGMOID);
    }
    boolean softmax =
        IntStream.range(0, output.type().rank())
            .mapToObj(axis -> Compose.softmax(pattern, x, axis))
            .anyMatch(each -> matches(output, graph.producers(), each, pattern));
    return softmax ? Optional.of(End.SOFTMAX) : Optional.empty();
  }

  /// Whether a value is made as that of a pattern, whose input stands for anything.
  private static boolean matches(
      Value value, Map<Value, Node> producers, Value like, GraphBuilder pattern) {
    Node wanted = pattern.producer(like);
    if (wanted.op() instanceof Source.Input) {
      return value.type().equals(like.type());
    }
    Node made = producers.get(value);
    if (made == null
        || !made.op().equals(wanted.op())
        || made.operands().size() != wanted.operands().size()) {
      return false;
    }
    return IntStream.range(0, made.operands().size())
        .allMatch(
            i -> matches(made.operands().get(i), producers, wanted.operands().get(i), pattern));
  }

  /// @param what works out the loss
  /// @throws MerapiException of kind `NOT_FINITE` if the loss does not take such outputs
  static void refuse(String what, Loss loss, HostTensor output) {
    reason(loss, output)
        .ifPresent(advice -> {
          throw MerapiException.of(Kind.NOT_FINITE, what + ": the loss is no finite number")
              .hint(advice);
        });
  }

  /// What may be behind a loss that is no number.
  static Optional<String> reason(Loss loss, HostTensor output) {
    if (loss.takes() != OutputKind.PROBABILITIES) {
      return Optional.empty();
    }
    for (long i = 0; i < output.elements(); i++) {
      float each = output.getFloat(i);
      if (each < 0 || each > 1) {
        return Optional.of(
            loss
                + " takes probabilities, and an output is "
                + each
                + ": end the network with a sigmoid, or take bceWithLogits()");
      }
    }
    return Optional.empty();
  }
}
