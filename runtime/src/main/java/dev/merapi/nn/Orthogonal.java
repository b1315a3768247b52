package dev.merapi.nn;

import dev.merapi.RandomKey;

/// Random directions at right angles, by the method of Gram and Schmidt.
final class Orthogonal {
  private Orthogonal() {}

  /// Vectors of length 1 that are orthogonal to each other.
  ///
  /// @param count at most `length`
  static double[][] directions(int count, int length, RandomKey key) {
    double[][] found = new double[count][length];
    for (int i = 0; i < count; i++) {
      float[] drawn = key.split(i).normal(length, 0, 1);
      for (int k = 0; k < length; k++) {
        found[i][k] = drawn[k];
      }
      for (int turn = 0; turn < 2; turn++) { // the second one removes what the first one rounded
        for (int other = 0; other < i; other++) {
          add(found[i], -dot(found[i], found[other]), found[other]);
        }
      }
      double size = Math.sqrt(dot(found[i], found[i]));
      for (int k = 0; k < length; k++) {
        found[i][k] /= size;
      }
    }
    return found;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void add(double[] target, double factor, double[] other) {
    for (int i = 0; i < target.length; i++) {
      target[i] += factor * other[i];
    }
  }
}
