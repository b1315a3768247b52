package dev.merapi.toolkit.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.data.Column;
import dev.merapi.data.Dataset;
import dev.merapi.graph.Shape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  @TempDir Path folder;

  @BeforeEach
  void images() throws IOException {
    write("dog/b.png", 2, 3, 0.2f);
    write("dog/a.PNG", 2, 3, 0.4f);
    write("cat/z.png", 2, 3, 0.6f);
    Files.writeString(folder.resolve("cat/notes.txt"), "no image");
    Files.writeString(folder.resolve("cat/.hidden.png"), "no image");
    Files.writeString(folder.resolve("README"), "no class");
    Files.createDirectories(folder.resolve(".cache"));
  }

  private void write(String name, int height, int width, float value) throws IOException {
    float[] values = new float[height * width];
    java.util.Arrays.fill(values, value);
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Images.write(file, Tensor.of(Shape.of(1, height, width), values));
  }

  @Test
  void subfoldersAreClassesInTheOrderOfTheirNames() {
    Dataset data = ImageFolder.read(folder, Images.grey());
    assertEquals(List.of("cat", "dog"), data.classes());
    assertArrayEquals(new int[] {0, 1, 1}, data.labels());
    assertEquals(Shape.of(1, 2, 3), data.inputs().row());
    float[] values = ((Column.Floats) data.inputs()).toArray();
    assertEquals(0.6f, values[0], 1e-6f);
    assertEquals(0.4f, values[6], 1e-6f);
    assertEquals(0.2f, values[12], 1e-6f);
    assertEquals(Shape.of(3, 2, 3), ImageFolder.read(folder).inputs().row());
  }

  @Test
  void imagesOfSeveralSizesAreBroughtToOne() throws IOException {
    write("dog/c.png", 5, 5, 0.5f);
    refused(Kind.SHAPE, "c.png");
    Dataset data = ImageFolder.read(folder, Images.grey().resized(4, 4));
    assertEquals(4, data.rows());
    assertEquals(0.5f, ((Column.Floats) data.inputs()).toArray()[3 * 16 + 7], 0.01f);
  }

  @Test
  void imagesOfAllSuffixesAreReadAndOthersAreCounted() throws IOException {
    Files.write(folder.resolve("dog/c.webp"), PhotographsTest.aWebp());
    for (String suffix : List.of("tif", "jpg")) {
      var bytes = new ByteArrayOutputStream();
      ImageIO.write(new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB), suffix, bytes);
      String name = suffix.equals("jpg") ? "dog/d.jfif" : "dog/d." + suffix;
      Files.write(folder.resolve(name), bytes.toByteArray());
    }
    Files.writeString(folder.resolve("cat/photo.HEIC"), "not read");
    var said = new ArrayList<String>();
    var handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            said.add(record.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger log = Logger.getLogger("dev.merapi");
    log.addHandler(handler);
    try {
      assertEquals(6, ImageFolder.read(folder).rows());
    } finally {
      log.removeHandler(handler);
    }
    assertEquals(1, said.size(), said::toString);
    assertTrue(said.getFirst().contains("files=2, suffixes=[heic, txt]"), said::toString);
  }

  @Test
  void whatIsMissingOrDamagedIsNamed() throws IOException {
    Files.writeString(folder.resolve("cat/broken.jpg"), "no image");
    refused(Kind.FORMAT, "broken.jpg");
    Files.delete(folder.resolve("cat/broken.jpg"));
    Path empty = Files.createDirectory(folder.resolve("emu"));
    refused(Kind.FORMAT, "emu");
    var none = assertThrows(MerapiException.class, () -> ImageFolder.read(empty));
    assertTrue(none.getMessage().contains("no subfolder"), none.getMessage());
    assertThrows(UncheckedIOException.class, () -> ImageFolder.read(folder.resolve("none")));
  }

  private void refused(Kind kind, String name) {
    var error = assertThrows(MerapiException.class, () -> ImageFolder.read(folder, Images.grey()));
    assertEquals(kind, error.kind());
    assertTrue(error.place().endsWith(name), error.getMessage());
  }
}
