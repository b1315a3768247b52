package dev.merapi.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Optional;

/// The standard output, which remembers why it could not be written: a [PrintStream] knows only
/// that.
final class StandardOut extends FilterOutputStream {
  private Optional<IOException> failure = Optional.empty();

  StandardOut(OutputStream out) {
    super(out);
  }

  /// Takes the place of `System.out`.
  static StandardOut install() {
    var out = new StandardOut(new FileOutputStream(FileDescriptor.out));
    Charset charset = System.out.charset();
    System.setOut(new PrintStream(new java.io.BufferedOutputStream(out, 8192), true, charset));
    return out;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    try {
      out.write(bytes, from, count);
    } catch (IOException e) {
      failure = failure.or(() -> Optional.of(e));
      throw e;
    }
  }

  /// Why something could not be written; empty if all was.
  Optional<IOException> failure() {
    return failure;
  }

  /// Whether a reader that is gone is all that is wrong, which need not be said.
  static boolean isGone(IOException failure) {
    return String.valueOf(failure.getMessage()).contains("Broken pipe");
  }
}
