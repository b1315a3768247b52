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
///
/// A packed megabyte may unpack to a gigabyte. What the arrays' headers ask for is added up and
/// held to a limit before their data is unpacked; nothing is unpacked beyond what the headers say.
public final class Npz {
  /// The bytes that the tensors of a file may take together, four an element, unless another limit
  /// is given: 1 GiB.
  public static final long MAX_BYTES = 1 << 30;

  private static final String SUFFIX = ".npy";

  private Npz() {}

  /// Reads all arrays, in the order of the archive.
  ///
  /// @throws MerapiException of kind `FORMAT` if it is no archive of arrays of numbers, of kind
  ///   `LIMIT` if they have more than [#MAX_BYTES]
  /// @throws UncheckedIOException if it cannot be read
  public static Map<String, Tensor> read(Path file) {
    return read(file, MAX_BYTES);
  }

  /// Reads all arrays, as [#read(Path)].
  ///
  /// @param maxBytes what the tensors may take together, four bytes an element
  public static Map<String, Tensor> read(Path file, long maxBytes) {
    try (var archive = new ZipFile(file.toFile())) {
      var arrays = new LinkedHashMap<String, Tensor>();
      List<? extends ZipEntry> entries = Collections.list(archive.entries());
      long left = maxBytes;
      for (ZipEntry entry : entries) {
        Tensor array = array(archive, entry, left);
        left -= array.shape().elements() * Integer.BYTES;
        if (arrays.put(name(entry), array) != null) {
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

  private static Tensor array(ZipFile archive, ZipEntry entry, long left) throws IOException {
    var sum = new CRC32();
    try (InputStream stream = archive.getInputStream(entry);
        var summed = new CheckedInputStream(new BufferedInputStream(stream), sum)) {
      Tensor tensor = Npy.parse(summed, left);
      // The JDK checks sums only where it reads an archive as a stream.
      if (sum.getValue() != entry.getCrc()) {
        throw MerapiException.of(Kind.FORMAT, "npz: checksum differs");
      }
      return tensor;
    } catch (MerapiException e) {
      MerapiException named = Npy.within(e, entry.getName());
      throw e.kind() == Kind.LIMIT
          ? named.hint("raise it, if the file can be trusted: Npz.read(file, maxBytes)")
          : named;
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
