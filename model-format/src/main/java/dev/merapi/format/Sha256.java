package dev.merapi.format;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// SHA-256 and its written form: 64 digits in lower case.
final class Sha256 {
  /// Digits of a hash.
  static final int DIGITS = 64;

  /// What stands for a hash while it is not known.
  static final String BLANK = "0".repeat(DIGITS);

  /// Bytes up to which the JDK's begins too late to be faster.
  private static final long SMALL = 1 << 20;

  private Sha256() {}

  /// What computes the hash of so many bytes soonest.
  static Hash of(long bytes) {
    return bytes <= SMALL ? new PlainSha256() : new Hash.OfJdk(digest());
  }

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  static String text(byte[] hash) {
    return HexFormat.of().formatHex(hash);
  }
}
