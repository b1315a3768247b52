package dev.merapi.reference;

import dev.merapi.graph.Source.RandomBits;

/// What [RandomBits] gives: Threefry2x32 of twenty rounds (Salmon et al., SC'11), as its authors
/// write it.
final class RandomWords {
  private RandomWords() {}

  /// @param key the two words of the key
  /// @param counter the one word of the counter
  static double[] evaluate(RandomBits op, double[] key, double[] counter) {
    double[] words = new double[Math.toIntExact(op.type().shape().elements())];
    for (int i = 0; i < words.length; i++) {
      words[i] = block(i, (int) counter[0], (int) key[0], (int) key[1])[0];
    }
    return words;
  }

  /// The two words that a counter of two words becomes.
  static int[] block(int counterLow, int counterHigh, int keyLow, int keyHigh) {
    int[] rotations = {13, 15, 26, 6, 17, 29, 16, 24};
    int[] keys = {keyLow, keyHigh, 0x1BD11BDA ^ keyLow ^ keyHigh};
    int x0 = counterLow + keys[0];
    int x1 = counterHigh + keys[1];
    for (int round = 0; round < 20; round++) {
      x0 += x1;
      x1 = Integer.rotateLeft(x1, rotations[round % 8]);
      x1 ^= x0;
      if (round % 4 == 3) {
        int injection = round / 4 + 1;
        x0 += keys[injection % 3];
        x1 += keys[(injection + 1) % 3] + injection;
      }
    }
    return new int[] {x0, x1};
  }
}
