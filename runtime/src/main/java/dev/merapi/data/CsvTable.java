package dev.merapi.data;

import dev.merapi.MerapiException;
import dev.merapi.data.CsvChoice.Use;
import dev.merapi.graph.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// The rows of a table as they are read.
final class CsvTable {
  /// More columns than any table has.
  private static final int MAX_COLUMNS = 1 << 20;

  /// How much of a cell an error shows.
  private static final int SHOWN = 40;

  /// What tables write where a value is not known.
  private static final Set<String> MISSING =
      Set.of("", "na", "n/a", "nan", "null", "none", "nil", "?", "-");

  private final CsvCells cells;
  private final CsvColumns columns;
  private final CsvLabels labels;
  private final Map<Integer, CsvLabels> categories;
  private final CsvMissing missing;
  private boolean skipped;
  private float[] inputs = {};
  private float[] targets = {};
  private int rows;

  private CsvTable(CsvCells cells, CsvColumns columns, CsvOptions options) {
    this.cells = cells;
    this.columns = columns;
    labels = new CsvLabels(options.classes);
    categories = columns.categories();
    missing = options.missing;
  }

  /// Reads all rows.
  static CsvTable read(CsvCells cells, CsvOptions options) throws IOException {
    List<CsvCells.Kept> first = firstLine(cells);
    boolean named = options.header == CsvHeader.PRESENT;
    List<String> names = named ? texts(cells, first) : List.of();
    String where = cells.place() + ":" + first.getFirst().line();
    var columns = new CsvColumns(options.choices, first.size(), names, where);
    var table = new CsvTable(cells, columns, options);
    if (!named) {
      table.begin();
      for (CsvCells.Kept kept : first) {
        cells.restore(kept);
        table.cell(kept.column() - 1);
      }
      table.end();
    }
    while (cells.next()) {
      table.row();
    }
    if (table.missing instanceof CsvMissing.Fill fill) {
      table.features().fill(fill);
    }
    return table;
  }

  private static List<CsvCells.Kept> firstLine(CsvCells cells) throws IOException {
    var line = new ArrayList<CsvCells.Kept>();
    do {
      if (!cells.next()) {
        throw cells.error("there is no line to read");
      }
      if (line.size() == MAX_COLUMNS) {
        throw cells.error("too many columns").with("limit", MAX_COLUMNS);
      }
      line.add(cells.keep());
    } while (!cells.isLastOfLine());
    return line;
  }

  private static List<String> texts(CsvCells cells, List<CsvCells.Kept> line) {
    var texts = new ArrayList<String>();
    for (CsvCells.Kept kept : line) {
      cells.restore(kept);
      texts.add(cells.text());
    }
    return texts;
  }

  /// Reads the row of which the first cell has been read.
  private void row() throws IOException {
    begin();
    for (int column = 0; column < columns.count(); column++) {
      cell(column);
      if (cells.isLastOfLine() != (column == columns.count() - 1)) {
        String found = cells.isLastOfLine() ? String.valueOf(column + 1) : "more";
        throw cells
            .error("number of cells differs")
            .with("expected", columns.count())
            .with("found", found);
      }
      if (!cells.isLastOfLine()) {
        cells.next();
      }
    }
    end();
  }

  /// Makes room for a row.
  private void begin() {
    inputs = grown(inputs, columns.features());
    targets = grown(targets, columns.targets());
    rows++;
    skipped = false;
  }

  /// Takes a row back in which something is missing, if those are to be skipped.
  private void end() {
    if (skipped) {
      rows--;
      if (columns.hasLabel()) {
        labels.removeLast();
      }
      categories.values().forEach(CsvLabels::removeLast);
    }
  }

  private float[] grown(float[] values, int size) {
    long needed = (rows + 1L) * size;
    if (needed > Integer.MAX_VALUE - 16) {
      throw cells.error("too many rows for one array").with("rows", rows).with("row", size);
    }
    if (needed <= values.length) {
      return values;
    }
    long doubled = Math.max(16L * size, 2L * values.length);
    return Arrays.copyOf(values, (int) Math.min(doubled, Integer.MAX_VALUE - 16));
  }

  private void cell(int column) {
    int place = columns.place(column);
    switch (columns.use(column)) {
      case FEATURE -> inputs[(rows - 1) * columns.features() + place] = number(column);
      case TARGET -> targets[(rows - 1) * columns.targets() + place] = number(column);
      case LABEL -> name(column, labels, "not one of the classes", "classes");
      case CATEGORY ->
          name(column, category(place), "not one of the values of the category", "values");
      case IGNORED -> {}
    }
  }

  private float number(int column) {
    float value = cells.number();
    if (Float.isFinite(value)) {
      return value;
    }
    String text = cells.text();
    if (Float.isInfinite(value)) {
      throw error("a number is too large for f32", column, text);
    }
    if (MISSING.contains(text.toLowerCase(Locale.ROOT))) {
      missing(column, text);
      return Float.NaN;
    }
    throw error("not a number", column, text);
  }

  private CsvLabels category(int place) {
    return Objects.requireNonNull(categories.get(place), "a category has values");
  }

  /// Adds the cell to the names of its column.
  private void name(int column, CsvLabels names, String unknown, String known) {
    String name = cells.text();
    boolean isMissing =
        name.isEmpty()
            || columns.use(column) == Use.CATEGORY
                && MISSING.contains(name.toLowerCase(Locale.ROOT));
    if (isMissing) {
      missing(column, name);
      names.addNone();
    } else if (!names.add(name)) {
      throw error(unknown, column, name).with(known, names.names());
    }
  }

  /// Notes that a value is missing, which is filled later, or its row skipped.
  private void missing(int column, String text) {
    Use use = columns.use(column);
    switch (missing) {
      case CsvMissing.SkipRow _ -> skipped = true;
      case CsvMissing.Fill _ when use == Use.FEATURE || use == Use.CATEGORY -> {}
      case CsvMissing.Fill _ ->
          throw error("a value is missing", column, text)
              .hint("only features are filled: skipMissing() leaves such rows out");
      case CsvMissing.Refuse _ ->
          throw error("a value is missing", column, text)
              .hint("skipMissing() leaves such rows out, fillMissingByMean() fills features in");
    }
  }

  private MerapiException error(String what, int column, String text) {
    String shown = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    MerapiException error = cells.error(what).with("cell", "'" + shown + "'");
    return error.at(error.place() + columns.describe(column));
  }

  private CsvFeatures features() {
    return new CsvFeatures(columns, inputs, rows, cells.place());
  }

  /// The features.
  Column.Floats inputs() {
    return features().spread();
  }

  /// All of it.
  Dataset dataset() {
    if (columns.targets() == 0) {
      var indices = Column.Ints.owning(Shape.SCALAR, labels.indices());
      return new Dataset(inputs(), indices, features().names(), labels.names());
    }
    float[] values = Arrays.copyOf(targets, rows * columns.targets());
    var numbers = Column.Floats.owning(Shape.of(columns.targets()), values);
    return new Dataset(inputs(), numbers, features().names(), columns.targetNames());
  }
}
