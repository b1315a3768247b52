package dev.merapi.data;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Turns the features of a table as they were read into those that a model reads: fills what is
/// missing, and spreads each category over one feature for each of its values.
///
/// @param columns what is read
/// @param raw row-major, one for each column that is read; NaN where a value is missing
/// @param rows how many there are
/// @param place what messages call the table
record CsvFeatures(CsvColumns columns, float[] raw, int rows, String place) {
  /// Replaces what is missing.
  void fill(CsvMissing.Fill fill) {
    for (int feature = 0; feature < columns.features(); feature++) {
      fill(feature, fill);
    }
  }

  private void fill(int feature, CsvMissing.Fill fill) {
    double[] known = new double[rows];
    int count = 0;
    for (int row = 0; row < rows; row++) {
      float value = raw[at(row, feature)];
      if (!Float.isNaN(value)) {
        known[count++] = value;
      }
    }
    if (count == rows) {
      return;
    }
    if (count == 0) {
      throw MerapiException.of(Kind.FORMAT, "csv: all values of a feature are missing")
          .with("feature", feature + columns.describeFeature(feature))
          .at(place)
          .hint("leave the column out with ignoring(...), or choose the features");
    }
    known = Arrays.copyOf(known, count);
    Arrays.sort(known);
    float value = (float) fill.of(known);
    for (int row = 0; row < rows; row++) {
      int at = at(row, feature);
      raw[at] = Float.isNaN(raw[at]) ? value : raw[at];
    }
  }

  private int at(int row, int feature) {
    return row * columns.features() + feature;
  }

  /// The features of a model.
  Column.Floats spread() {
    Map<Integer, CsvLabels> categories = columns.categories();
    int[] widths = new int[columns.features()];
    Arrays.fill(widths, 1);
    categories.forEach((feature, values) -> widths[feature] = values.names().size());
    int width = Arrays.stream(widths).sum();
    if (categories.isEmpty()) {
      return Column.Floats.owning(Shape.of(width), Arrays.copyOf(raw, rows * width));
    }
    float[] spread = new float[Rows.elements("csv", rows, width)];
    int start = 0;
    for (int feature = 0; feature < widths.length; feature++) {
      CsvLabels values = categories.get(feature);
      int[] indices = values == null ? new int[0] : values.indices();
      for (int row = 0; row < rows; row++) {
        int at = row * width + start;
        if (values == null) {
          spread[at] = raw[at(row, feature)];
        } else if (indices[row] != CsvLabels.NONE) {
          spread[at + indices[row]] = 1;
        }
      }
      start += widths[feature];
    }
    return Column.Floats.owning(Shape.of(width), spread);
  }

  /// The names of the features of a model, empty without a header.
  List<String> names() {
    var names = new ArrayList<String>();
    List<String> read = columns.featureNames();
    Map<Integer, CsvLabels> categories = columns.categories();
    for (int feature = 0; feature < read.size(); feature++) {
      String name = read.get(feature);
      CsvLabels values = categories.get(feature);
      if (values == null) {
        names.add(name);
      } else {
        values.names().forEach(value -> names.add(name + "=" + value));
      }
    }
    return names;
  }
}
