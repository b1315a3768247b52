package dev.merapi.data;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.RandomKey;
import dev.merapi.data.Dataset.Fold;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// Which rows go where when a data set is divided.
final class Splits {
  private static final int MOST_CLASSES = 1 << 20;

  private Splits() {}

  /// Rows in an order, and how many of them form the first part.
  ///
  /// @param order every row once
  record Division(int[] order, int first) {}

  static List<Dataset> parts(Dataset data, Division division) {
    int[] order = division.order;
    return List.of(
        data.pick(Arrays.copyOfRange(order, 0, division.first)),
        data.pick(Arrays.copyOfRange(order, division.first, order.length)));
  }

  static Division split(int rows, double share, RandomKey key) {
    check(share);
    return new Division(key.permutation(rows), (int) Math.round(share * rows));
  }

  /// Takes from each class, in random order, as many rows as its share says; what rounding down
  /// leaves open goes to the classes that it robbed most.
  static Division stratified(int[] labels, double share, RandomKey key) {
    check(share);
    int[] taken = quotas(counts(labels), share);
    int[] order = key.permutation(labels.length);
    boolean[] first = new boolean[labels.length];
    for (int row : order) {
      first[row] = taken[labels[row]]-- > 0;
    }
    int[] sorted =
        IntStream.concat(
                Arrays.stream(order).filter(row -> first[row]),
                Arrays.stream(order).filter(row -> !first[row]))
            .toArray();
    return new Division(sorted, (int) Arrays.stream(order).filter(row -> first[row]).count());
  }

  private static void check(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw MerapiException.of(Kind.ARGUMENT, "split: share out of range").with("share", share);
    }
  }

  private static int[] counts(int[] labels) {
    for (int label : labels) {
      if (label < 0 || label >= MOST_CLASSES) {
        throw MerapiException.of(Kind.INDEX, "split: class index out of range")
            .with("index", label)
            .with("limit", MOST_CLASSES)
            .hint("is this column really the label?");
      }
    }
    int[] counts = new int[Arrays.stream(labels).max().orElse(-1) + 1];
    for (int label : labels) {
      counts[label]++;
    }
    return counts;
  }

  private static int[] quotas(int[] counts, double share) {
    int[] quotas = Arrays.stream(counts).map(count -> (int) (share * count)).toArray();
    long open = Math.round(share * Arrays.stream(counts).sum()) - Arrays.stream(quotas).sum();
    IntStream.range(0, counts.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> quotas[i] - share * counts[i]))
        .limit(Math.max(open, 0))
        .forEach(i -> quotas[i]++);
    return quotas;
  }

  /// All rows class by class, those of a class in random order.
  static int[] byClass(int[] labels, RandomKey key) {
    return Arrays.stream(key.permutation(labels.length))
        .boxed()
        .sorted(Comparator.comparingInt(row -> labels[row]))
        .mapToInt(row -> row)
        .toArray();
  }

  /// Deals the rows out like cards. Rows of a class that follow each other in the order are so
  /// spread evenly.
  static List<Fold> folds(Dataset data, int[] order, int count) {
    if (count < 2 || count > order.length) {
      throw MerapiException.of(Kind.ARGUMENT, "folds: number out of range")
          .with("folds", count)
          .with("rows", order.length);
    }
    return IntStream.range(0, count)
        .mapToObj(fold ->
            new Fold(
                data.pick(places(order, at -> at % count != fold)),
                data.pick(places(order, at -> at % count == fold))))
        .toList();
  }

  private static int[] places(int[] order, IntPredicate chosen) {
    return IntStream.range(0, order.length).filter(chosen).map(at -> order[at]).toArray();
  }
}
