package dev.merapi.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.security.MessageDigest;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// SHA-256 in plain Java beside the JDK's.
class HashTest {
  /// All places of the last byte in a block, and of the length behind it.
  @Test
  void bytesOfAnyNumberHaveTheHashOfTheJdk() throws Exception {
    Random random = new Random(1);
    MessageDigest jdk = MessageDigest.getInstance("SHA-256");
    Hash hash = new PlainSha256();
    for (int count = 0; count < 300; count++) {
      byte[] bytes = drawn(count, random);
      hash.update(bytes, 0, count);
      assertArrayEquals(jdk.digest(bytes), hash.digest(), "count=" + count);
    }
  }

  @Test
  void piecesOfAnySizeAddUp() throws Exception {
    Random random = new Random(2);
    MessageDigest jdk = MessageDigest.getInstance("SHA-256");
    for (int draw = 0; draw < 200; draw++) {
      byte[] bytes = drawn(random.nextInt(5000), random);
      Hash hash = new PlainSha256();
      int at = 0;
      while (at < bytes.length) {
        int more = Math.min(bytes.length - at, random.nextInt(draw % 2 == 0 ? 70 : 1000));
        hash.update(bytes, at, more);
        at += more;
      }
      assertArrayEquals(jdk.digest(bytes), hash.digest(), "draw=" + draw);
    }
  }

  /// The example of FIPS 180-4.
  @Test
  void abcHasThePublishedHash() {
    Hash hash = Sha256.of(3);
    hash.update(new byte[] {'x', 'a', 'b', 'c'}, 1, 3);
    assertEquals(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        Sha256.text(hash.digest()));
  }

  /// What is large is worth the JDK's beginning.
  @Test
  void manyBytesAreLeftToTheJdk() {
    assertInstanceOf(PlainSha256.class, Sha256.of(200_000));
    assertInstanceOf(Hash.OfJdk.class, Sha256.of(100_000_000));
  }

  private static byte[] drawn(int count, Random random) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
