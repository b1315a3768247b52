package dev.merapi.toolkit.images;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.data.Column;
import dev.merapi.data.Dataset;
import dev.merapi.graph.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// A folder of images as a data set: each subfolder is a class and holds its images.
///
/// ```java
/// Dataset animals = ImageFolder.read(Path.of("animals"), Images.rgb().resized(64, 64));
/// animals.classes();   // the names of the subfolders, sorted: [cat, dog]
/// ```
///
/// Rows come class by class, sorted by the names of the files. Files whose suffix is of no image
/// that can be read are left out, with a warning in the log (`dev.merapi`) that counts them; those
/// whose name begins with a dot, silently.
public final class ImageFolder {
  private static final List<String> SUFFIXES =
      List.of("bmp", "gif", "jfif", "jpe", "jpeg", "jpg", "png", "tif", "tiff", "wbmp", "webp");

  private static final System.Logger LOG = System.getLogger("dev.merapi");

  private ImageFolder() {}

  /// Reads colour images as they are; they have to be of one size.
  ///
  /// @throws MerapiException as [#read(Path, Images)]
  public static Dataset read(Path folder) {
    return read(folder, Images.rgb());
  }

  /// Reads images in a given way.
  ///
  /// @throws MerapiException of kind `FORMAT` if an image cannot be decoded or there are no classes
  ///   or a class has no images, of kind `SHAPE` if sizes differ; each names file or folder
  /// @throws UncheckedIOException if something cannot be read
  public static Dataset read(Path folder, Images images) {
    List<Path> classes = sorted(folder, Files::isDirectory);
    if (classes.isEmpty()) {
      throw MerapiException.of(Kind.FORMAT, "images: no subfolder, which would be a class")
          .at(folder.toString());
    }
    var names = new ArrayList<String>();
    var files = new ArrayList<Path>();
    int[] labels = new int[0];
    for (Path each : classes) {
      List<Path> all = sorted(each, Files::isRegularFile);
      List<Path> found = all.stream().filter(ImageFolder::isImage).toList();
      warnOfOthers(each, all, found.size());
      if (found.isEmpty()) {
        throw MerapiException.of(Kind.FORMAT, "images: a class without images")
            .with("suffixes", SUFFIXES)
            .at(each.toString());
      }
      labels = Arrays.copyOf(labels, files.size() + found.size());
      Arrays.fill(labels, files.size(), labels.length, names.size());
      names.add(each.getFileName().toString());
      files.addAll(found);
    }
    return new Dataset(column(files, images), Column.of(Shape.SCALAR, labels), List.of(), names);
  }

  private static Column column(List<Path> files, Images images) {
    Pixels first = images.decode(files.getFirst());
    int size = first.values().length;
    if ((long) files.size() * size > Integer.MAX_VALUE - 16) {
      throw MerapiException.of(Kind.MEMORY, "images: more numbers than an array holds")
          .with("images", files.size())
          .with("each", first.shape())
          .hint("resize them: Images.rgb().resized(height, width)");
    }
    float[] values = new float[files.size() * size];
    for (int i = 0; i < files.size(); i++) {
      Pixels image = i == 0 ? first : images.decode(files.get(i));
      if (!image.shape().equals(first.shape())) {
        throw MerapiException.of(Kind.SHAPE, "images: sizes differ")
            .with("first", first.shape())
            .with("image", image.shape())
            .at(files.get(i).toString())
            .hint("resize them: Images.rgb().resized(height, width)");
      }
      System.arraycopy(image.values(), 0, values, i * size, size);
    }
    return Column.of(first.shape(), values);
  }

  private static void warnOfOthers(Path folder, List<Path> all, int images) {
    if (images < all.size()) {
      var suffixes = new TreeSet<String>();
      all.stream().filter(file -> !isImage(file)).map(ImageFolder::suffix).forEach(suffixes::add);
      LOG.log(
          System.Logger.Level.WARNING,
          "images: files are left out, of suffixes that are not read: folder="
              + folder
              + ", files="
              + (all.size() - images)
              + ", suffixes="
              + suffixes
              + ", read="
              + SUFFIXES);
    }
  }

  private static String suffix(Path file) {
    String name = file.getFileName().toString();
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  private static boolean isImage(Path file) {
    return SUFFIXES.contains(suffix(file));
  }

  private static List<Path> sorted(Path folder, Predicate<Path> wanted) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(each -> !each.getFileName().toString().startsWith("."))
          .filter(wanted)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
