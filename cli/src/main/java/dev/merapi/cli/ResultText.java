package dev.merapi.cli;

import dev.merapi.Tensor;
import dev.merapi.graph.DType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// An output for people: its numbers, and which classes score highest where the model names them.
final class ResultText {
  private static final int BEST = 3;
  private static final int MOST_ROWS = 20;

  private ResultText() {}

  /// @param labels names of the classes; empty if the model has none
  static String of(String name, Tensor tensor, List<String> labels) {
    var lines = new ArrayList<String>();
    lines.add(name + " " + tensor.type());
    lines.add(TensorText.of(tensor));
    if (tensor.dtype() == DType.F32
        && tensor.rank() == 2
        && !labels.isEmpty()
        && tensor.shape().size(1) == labels.size()) {
      addBest(lines, tensor, labels);
    }
    return String.join("\n", lines).replace("\n", System.lineSeparator()) + System.lineSeparator();
  }

  private static void addBest(List<String> lines, Tensor tensor, List<String> labels) {
    float[] scores = tensor.toFloats();
    int rows = Math.toIntExact(tensor.shape().size(0));
    for (int row = 0; row < Math.min(rows, MOST_ROWS); row++) {
      int start = row * labels.size();
      var best =
          IntStream.range(0, labels.size())
              .boxed()
              .sorted(Comparator.comparing((Integer i) -> -scores[start + i]))
              .limit(BEST)
              .map(i -> String.format(Locale.ROOT, "%s %.4f", labels.get(i), scores[start + i]))
              .toList();
      lines.add("row " + row + ": " + String.join(", ", best));
    }
    if (rows > MOST_ROWS) {
      lines.add("... and " + (rows - MOST_ROWS) + " rows more");
    }
  }
}
