package dev.merapi.toolkit.arrays;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.graph.DType;
import dev.merapi.graph.Dim;
import dev.merapi.graph.TensorType;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Tensors as nested arrays of JSON: `[[1.5, 2], [3, 4]]` is `f32[2,2]`, a number alone a scalar.
///
/// Texts are not trusted: arrays nest 64 deep at most, a number has 1000 characters at most, and
/// strings, which have no place here, are not read far.
public final class JsonArrays {
  private static final int LONGEST = 1000;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(JsonArrayReader.MAX_RANK + 1)
                  .maxNumberLength(LONGEST)
                  .maxStringLength(LONGEST)
                  .maxNameLength(LONGEST)
                  .build())
          .build();

  private JsonArrays() {}

  /// Reads a text.
  ///
  /// @param dtype what the numbers are to be; `true` and `false` for `bool`
  /// @throws MerapiException of kind `FORMAT` if it is no array of such numbers, or rows differ in
  ///   length
  public static Tensor parse(String text, DType dtype) {
    try (JsonParser parser = JSON.createParser(text)) {
      return parse(parser, dtype, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads a text that has to have a shape; symbolic sizes stand for any.
  ///
  /// @throws MerapiException of kind `SHAPE` if it has another, of kind `FORMAT` as [#parse(String,
  ///   DType)]
  public static Tensor parse(String text, TensorType type) {
    return checked(parse(text, type.dtype()), type, "");
  }

  /// Reads a file, as [#parse(String, DType)].
  ///
  /// @throws UncheckedIOException if it cannot be read
  public static Tensor read(Path file, DType dtype) {
    try (InputStream stream = Files.newInputStream(file);
        JsonParser parser = JSON.createParser(stream)) {
      return parse(parser, dtype, file.toString());
    } catch (CharConversionException e) {
      throw MerapiException.of(Kind.FORMAT, "json: not UTF-8 text").at(file.toString()).causedBy(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads a file that has to have a shape, as [#parse(String, TensorType)].
  ///
  /// @throws UncheckedIOException if it cannot be read
  public static Tensor read(Path file, TensorType type) {
    return checked(read(file, type.dtype()), type, file.toString());
  }

  private static Tensor parse(JsonParser parser, DType dtype, String place) throws IOException {
    try {
      return new JsonArrayReader(parser, dtype).read();
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      String where = at == null ? "" : "line " + at.getLineNr() + ", column " + at.getColumnNr();
      throw MerapiException.of(Kind.FORMAT, "json: " + e.getOriginalMessage())
          .at(place.isEmpty() ? where : place + ", " + where)
          .causedBy(e);
    } catch (MerapiException e) {
      throw place.isEmpty() ? e : e.at(place + ", " + e.place());
    }
  }

  private static Tensor checked(Tensor tensor, TensorType type, String place) {
    boolean fits = tensor.rank() == type.rank();
    for (int axis = 0; fits && axis < type.rank(); axis++) {
      Dim wanted = type.shape().dim(axis);
      fits = !wanted.isConstant() || wanted.equals(tensor.shape().dim(axis));
    }
    if (!fits) {
      MerapiException error =
          MerapiException.of(Kind.SHAPE, "json: shape differs")
              .with("expected", type)
              .with("found", tensor.type());
      throw place.isEmpty() ? error : error.at(place);
    }
    return tensor;
  }

  /// The text form, on one line. Numbers are written with as many digits as tell them apart.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if a number is infinite or NaN, for which JSON has
  ///   no form
  public static String text(Tensor tensor) {
    var text = new StringBuilder();
    long[] sizes = tensor.shape().toArray();
    switch (tensor.dtype()) {
      case F32 -> {
        float[] values = tensor.toFloats();
        append(text, sizes, 0, 0, i -> finite(values, i));
      }
      case I32 -> {
        int[] values = tensor.toInts();
        append(text, sizes, 0, 0, i -> Integer.toString(values[i]));
      }
      case BOOL -> {
        int[] values = tensor.toInts();
        append(text, sizes, 0, 0, i -> values[i] == 0 ? "false" : "true");
      }
    }
    return text.toString();
  }

  @FunctionalInterface
  private interface Element {
    String text(int index);
  }

  private static String finite(float[] values, int index) {
    float value = values[index];
    if (!Float.isFinite(value)) {
      throw MerapiException.of(Kind.ARGUMENT, "json: no form for a number that is not finite")
          .with("value", value)
          .with("element", index)
          .hint("write .npy");
    }
    return Float.toString(value);
  }

  /// Appends what lies below an axis, and gives the index of the element behind it.
  private static int append(
      StringBuilder text, long[] sizes, int axis, int start, Element element) {
    if (axis == sizes.length) {
      text.append(element.text(start));
      return start + 1;
    }
    int index = start;
    text.append('[');
    for (long i = 0; i < sizes[axis]; i++) {
      text.append(i == 0 ? "" : ", ");
      index = append(text, sizes, axis + 1, index, element);
    }
    text.append(']');
    return index;
  }
}
