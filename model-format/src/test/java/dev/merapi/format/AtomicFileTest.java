package dev.merapi.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir private Path folder;

  private static void one(SeekableByteChannel channel) throws IOException {
    channel.write(ByteBuffer.wrap(new byte[] {1}));
  }

  private List<Path> files() throws IOException {
    try (var files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void replacesAFile() throws IOException {
    Path file = Files.write(folder.resolve("f"), new byte[] {7, 7});
    AtomicFile.write(file, AtomicFileTest::one);
    assertArrayEquals(new byte[] {1}, Files.readAllBytes(file));
    assertEquals(List.of(file), files());
  }

  @Test
  void aWriteThatFailsLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = Files.write(folder.resolve("f"), new byte[] {7});
    assertThrows(
        UncheckedIOException.class,
        () ->
            AtomicFile.write(
                file,
                channel -> {
                  one(channel);
                  throw new IOException("the disk is full");
                }));
    assertThrows(
        IllegalStateException.class,
        () ->
            AtomicFile.write(
                file,
                channel -> {
                  one(channel);
                  throw new IllegalStateException("a tensor was closed");
                }));
    assertArrayEquals(new byte[] {7}, Files.readAllBytes(file));
    assertEquals(List.of(file), files());
  }

  @Test
  void aRenameThatFailsLeavesNothing() throws IOException {
    Path file = Files.createDirectories(folder.resolve("f").resolve("inside")).getParent();
    assertThrows(UncheckedIOException.class, () -> AtomicFile.write(file, AtomicFileTest::one));
    assertEquals(List.of(file), files());
  }

  @Test
  void aMissingFolderIsAnError() {
    Path file = folder.resolve("no").resolve("f");
    assertThrows(UncheckedIOException.class, () -> AtomicFile.write(file, AtomicFileTest::one));
  }

  /// 255 bytes are what most file systems allow; a name of 85 letters may have them.
  @Test
  void theLongestNamesAreWritten() throws IOException {
    for (String name : List.of("f".repeat(240), "f".repeat(255), "界".repeat(85))) {
      Path file = folder.resolve(name);
      AtomicFile.write(file, AtomicFileTest::one);
      assertArrayEquals(new byte[] {1}, Files.readAllBytes(file));
    }
  }

  @Test
  void aLinkMayLeadToWhatIsNotThereYet() throws IOException {
    Path place = Files.createDirectory(folder.resolve("place"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("place", "file"));
    Path second = Files.createSymbolicLink(place.resolve("second"), Path.of("..", "link"));
    AtomicFile.write(second, AtomicFileTest::one);
    assertTrue(Files.isSymbolicLink(link) && Files.isSymbolicLink(second));
    assertArrayEquals(new byte[] {1}, Files.readAllBytes(place.resolve("file")));
  }

  @Test
  void linksInACircleAreAnError() throws IOException {
    Path one = folder.resolve("one");
    Path two = Files.createSymbolicLink(folder.resolve("two"), one);
    Files.createSymbolicLink(one, two);
    assertThrows(UncheckedIOException.class, () -> AtomicFile.write(one, AtomicFileTest::one));
  }

  @Test
  void aLinkStaysALink() throws IOException {
    Path file = Files.write(folder.resolve("f"), new byte[] {7});
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    AtomicFile.write(link, AtomicFileTest::one);
    assertTrue(Files.isSymbolicLink(link));
    assertArrayEquals(new byte[] {1}, Files.readAllBytes(file));
  }
}
