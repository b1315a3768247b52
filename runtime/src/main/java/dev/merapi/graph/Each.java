package dev.merapi.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Lists of what each element of a list becomes. Passes make them for every node, nearly all of one
/// or two elements, for which a stream takes several times as long; more so in a JVM that has just
/// started.
public final class Each {
  private Each() {}

  /// What a function gives for the elements, in order; immutable.
  public static <A, B> List<B> map(List<A> list, Function<? super A, ? extends B> function) {
    return switch (list.size()) {
      case 0 -> List.of();
      case 1 -> List.of(function.apply(list.getFirst()));
      case 2 -> List.of(function.apply(list.getFirst()), function.apply(list.getLast()));
      default -> {
        List<B> results = new ArrayList<>(list.size());
        for (A each : list) {
          results.add(function.apply(each));
        }
        yield List.copyOf(results);
      }
    };
  }
}
