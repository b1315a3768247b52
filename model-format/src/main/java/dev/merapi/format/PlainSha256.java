package dev.merapi.format;

/// SHA-256 (FIPS 180-4) in plain Java. It begins at once, where the JDK's first looks for its
/// providers, which takes a JVM that starts longer than the weights of a small model.
final class PlainSha256 implements Hash {
  private static final int BLOCK = 64;
  private static final int ROUNDS = 64;

  private static final int[] START = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
  };

  private static final int[] CONSTANTS = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
  };

  private final int[] state = START.clone();
  private final int[] schedule = new int[ROUNDS];
  private final byte[] waiting = new byte[BLOCK];
  private long count;

  @Override
  public void update(byte[] bytes, int from, int length) {
    int at = from;
    int left = length;
    int filled = (int) (count % BLOCK);
    count += length;
    if (filled > 0) {
      int more = Math.min(BLOCK - filled, left);
      System.arraycopy(bytes, at, waiting, filled, more);
      if (filled + more < BLOCK) {
        return;
      }
      block(waiting, 0);
      at += more;
      left -= more;
    }
    for (; left >= BLOCK; left -= BLOCK) {
      block(bytes, at);
      at += BLOCK;
    }
    System.arraycopy(bytes, at, waiting, 0, left);
  }

  @Override
  public byte[] digest() {
    long bits = count * Byte.SIZE;
    int filled = (int) (count % BLOCK);
    byte[] end = new byte[filled < BLOCK - Long.BYTES ? BLOCK - filled : 2 * BLOCK - filled];
    end[0] = (byte) 0x80;
    for (int i = 1; i <= Long.BYTES; i++) {
      end[end.length - i] = (byte) (bits >>> (i - 1) * Byte.SIZE);
    }
    update(end, 0, end.length);
    byte[] hash = new byte[state.length * Integer.BYTES];
    for (int i = 0; i < hash.length; i++) {
      hash[i] = (byte) (state[i / Integer.BYTES] >>> (3 - i % Integer.BYTES) * Byte.SIZE);
    }
    System.arraycopy(START, 0, state, 0, state.length);
    count = 0;
    return hash;
  }

  // Rotations are written out: as calls they would take the interpreter most of the time.
  private void block(byte[] bytes, int from) {
    int[] w = schedule;
    for (int i = 0, at = from; i < 16; i++, at += 4) {
      w[i] =
          bytes[at] << 24
              | (bytes[at + 1] & 0xff) << 16
              | (bytes[at + 2] & 0xff) << 8
              | bytes[at + 3] & 0xff;
    }
    for (int i = 16; i < ROUNDS; i++) {
      int x = w[i - 15];
      int y = w[i - 2];
      int lower = (x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3;
      int upper = (y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10;
      w[i] = w[i - 16] + lower + w[i - 7] + upper;
    }
    int[] k = CONSTANTS;
    int a = state[0];
    int b = state[1];
    int c = state[2];
    int d = state[3];
    int e = state[4];
    int f = state[5];
    int g = state[6];
    int h = state[7];
    for (int i = 0; i < ROUNDS; i++) {
      int sum = (e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7);
      int first = h + sum + (e & f ^ ~e & g) + k[i] + w[i];
      int other = (a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10);
      h = g;
      g = f;
      f = e;
      e = d + first;
      int second = other + (a & b ^ a & c ^ b & c);
      d = c;
      c = b;
      b = a;
      a = first + second;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
  }
}
