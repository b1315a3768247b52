package dev.merapi.toolkit.arrays;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// NumPy's `.npz` files: named arrays, each a `.npy` file in a zip archive.
public final class Npz {
  private static final String SUFFIX = ".npy";

  private Npz() {}

  /// Reads all arrays, in the order of the archive.
  ///
  /// @throws MerapiException of kind `FORMAT` if it is no archive of arrays of numbers
  /// @throws UncheckedIOException if it cannot be read
  public static Map<String, Tensor> read(Path file) {
    try (var archive = new ZipFile(file.toFile())) {
      var arrays = new LinkedHashMap<String, Tensor>();
      List<? extends ZipEntry> entries = Collections.list(archive.entries());
      for (ZipEntry entry : entries) {
        if (arrays.put(name(entry), array(archive, entry)) != null) {
          throw MerapiException.of(Kind.FORMAT, "npz: a name comes twice")
              .with("name", name(entry));
        }
      }
      return Collections.unmodifiableMap(arrays);
    } catch (ZipException | EOFException e) {
      throw MerapiException.of(Kind.FORMAT, "npz: damaged archive").at(file.toString()).causedBy(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (MerapiException e) {
      throw Npy.within(e, file.toString());
    }
  }

  private static Tensor array(ZipFile archive, ZipEntry entry) throws IOException {
    var sum = new CRC32();
    try (InputStream stream = archive.getInputStream(entry);
        var summed = new CheckedInputStream(new BufferedInputStream(stream), sum)) {
      Tensor tensor = Npy.parse(summed);
      // The JDK checks sums only where it reads an archive as a stream.
      if (sum.getValue() != entry.getCrc()) {
        throw MerapiException.of(Kind.FORMAT, "npz: checksum differs");
      }
      return tensor;
    } catch (MerapiException e) {
      throw Npy.within(e, entry.getName());
    }
  }

  private static String name(ZipEntry entry) {
    String name = entry.getName();
    return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
  }

  /// Writes arrays, packed, in the order of their names. The same arrays give the same bytes.
  ///
  /// @throws UncheckedIOException if it cannot be written
  public static void write(Path file, Map<String, Tensor> arrays) {
    try (var stream = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      for (String name : arrays.keySet().stream().sorted(Comparator.naturalOrder()).toList()) {
        var entry = new ZipEntry(name + SUFFIX);
        entry.setTimeLocal(java.time.LocalDateTime.of(1980, 1, 1, 0, 0));
        stream.putNextEntry(entry);
        Tensor tensor = arrays.get(name);
        if (tensor != null) {
          Npy.emit(stream, tensor);
        }
        stream.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
