package dev.merapi.format;

import java.security.MessageDigest;

/// A SHA-256 that is being computed.
interface Hash {
  /// Adds bytes.
  void update(byte[] bytes, int from, int count);

  /// The hash of all that was added; begins anew.
  byte[] digest();

  /// The JDK's, which is fast once it has begun.
  record OfJdk(MessageDigest digester) implements Hash {
    @Override
    public void update(byte[] bytes, int from, int count) {
      digester.update(bytes, from, count);
    }

    @Override
    public byte[] digest() {
      return digester.digest();
    }
  }
}
