package dev.merapi.data;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.data.CsvChoice.Use;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// Reads tables from files of comma-separated values (RFC 4180, UTF-8), plain or gzip.
///
/// ```java
/// Dataset flowers = Csv.withHeader().label("species").read(Path.of("iris.csv"));
/// Dataset houses = Csv.withoutHeader().separator(';').ignoring(0).targets(-1).read(file);
/// ```
///
/// Columns are chosen by name, which takes a header, or by number: 0 is the first, -1 the last. All
/// that nothing else asks for are features; blanks around a cell do not count. Every feature that
/// is no category and every target is a decimal number. A cell that is empty or holds something
/// else is an error that names file, line and column, unless it is to be filled or skipped, and so
/// is a line with more or fewer cells. Immutable.
public final class Csv {
  private final CsvOptions options;

  private Csv(CsvOptions options) {
    this.options = options;
  }

  private Csv with(Consumer<CsvOptions> change) {
    var changed = new CsvOptions(options);
    change.accept(changed);
    return new Csv(changed);
  }

  /// Files whose first line names the columns.
  public static Csv withHeader() {
    return new Csv(new CsvOptions(CsvHeader.PRESENT));
  }

  /// Files that begin with the first row.
  public static Csv withoutHeader() {
    return new Csv(new CsvOptions(CsvHeader.ABSENT));
  }

  /// With another character between cells, such as `;` or a tab.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if it is not ASCII or means something else
  public Csv separator(char character) {
    if (character > 126
        || "\"\r\n.+-".indexOf(character) >= 0
        || Character.isLetterOrDigit(character)) {
      throw MerapiException.of(Kind.ARGUMENT, "csv: not a separator").with("character", character);
    }
    return with(each -> each.separator = character);
  }

  /// Without the first lines of the file, whatever they hold.
  public Csv skipLines(int count) {
    if (count < 0) {
      throw MerapiException.of(Kind.ARGUMENT, "csv: negative").with("lines", count);
    }
    return with(each -> each.skippedLines = count);
  }

  /// The columns that a model reads, in this order.
  public Csv features(String... names) {
    return choose(CsvChoice.named(Use.FEATURE, names));
  }

  /// The columns that a model reads, in this order.
  public Csv features(int... numbers) {
    return choose(CsvChoice.at(Use.FEATURE, numbers));
  }

  /// The column that names the class of a row. The names get indices in their alphabetical order,
  /// or by value if all are integers.
  public Csv label(String name) {
    return choose(CsvChoice.named(Use.LABEL, name));
  }

  /// The column that names the class of a row, as [#label(String)].
  public Csv label(int number) {
    return choose(CsvChoice.at(Use.LABEL, number));
  }

  /// The names of the classes, where they are known: their indices follow the list, and another
  /// name is an error. For files that have to agree with others.
  public Csv classes(List<String> names) {
    List<String> own = distinct("class", names);
    return with(each -> each.classes = Optional.of(own));
  }

  /// The columns of numbers that a model is to find: one or several of a regression, or 0 and 1 of
  /// several labels.
  public Csv targets(String... names) {
    return choose(CsvChoice.named(Use.TARGET, names));
  }

  /// The columns of numbers that a model is to find, as [#targets(String...)].
  public Csv targets(int... numbers) {
    return choose(CsvChoice.at(Use.TARGET, numbers));
  }

  /// Columns that are not read; they may hold anything.
  public Csv ignoring(String... names) {
    return choose(CsvChoice.named(Use.IGNORED, names));
  }

  /// Columns that are not read; they may hold anything.
  public Csv ignoring(int... numbers) {
    return choose(CsvChoice.at(Use.IGNORED, numbers));
  }

  /// Columns of text that a model reads: each becomes one feature for each of its values, 1 where a
  /// row has it and 0 elsewhere. The values are ordered as those of a [#label(String)]; the
  /// features are called `color=red`.
  public Csv categories(String... names) {
    return choose(CsvChoice.named(Use.CATEGORY, names));
  }

  /// Columns of text that a model reads, as [#categories(String...)].
  public Csv categories(int... numbers) {
    return choose(CsvChoice.at(Use.CATEGORY, numbers));
  }

  /// A column of text whose values are known: the features follow the list, and another value is an
  /// error. For files that have to agree with others.
  public Csv categories(String name, List<String> values) {
    return choose(List.of(CsvChoice.category(name, distinct("category", values))));
  }

  private Csv choose(List<CsvChoice> more) {
    return with(each -> each.choose(more));
  }

  // Values that are not there

  /// Leaves out the rows in which a value is missing: an empty cell, `NA`, `NaN`, `null`, `?` and
  /// the like. Without one of these choices it is an error.
  public Csv skipMissing() {
    return with(each -> each.missing = new CsvMissing.SkipRow());
  }

  /// Takes a number where a feature is missing. A category that is missing is 0 for each value.
  public Csv fillMissing(double value) {
    return fill(_ -> value);
  }

  /// Takes the mean of the column where a feature is missing. It is that of the rows of this file:
  /// read training and test rows from one file, or fill with numbers.
  public Csv fillMissingByMean() {
    return fill(CsvMissing::mean);
  }

  /// Takes the median of the column where a feature is missing, as [#fillMissingByMean()].
  public Csv fillMissingByMedian() {
    return fill(CsvMissing::median);
  }

  private Csv fill(CsvMissing.Fill fill) {
    return with(each -> each.missing = fill);
  }

  /// With numbers that are written `3,14`; the separator is then another character.
  public Csv decimalComma() {
    return with(each -> each.decimalMark = ',');
  }

  private static List<String> distinct(String what, List<String> names) {
    if (Set.copyOf(names).size() < names.size()) {
      throw MerapiException.of(Kind.ARGUMENT, "csv: a " + what + " comes twice")
          .with("names", names);
    }
    return List.copyOf(names);
  }

  private long chosen(Use use) {
    return options.choices.stream().filter(choice -> choice.use() == use).count();
  }

  /// Reads a file; one that ends in `.gz` is unpacked. The inputs are `f32[features]`; the targets
  /// class indices where there is a label, else `f32[targets]`.
  ///
  /// @throws MerapiException of kind `FORMAT` if it is no such table, of kind `ARGUMENT` if a
  ///   column does not exist, is chosen twice, or neither label nor targets are chosen
  /// @throws UncheckedIOException if it cannot be read
  public Dataset read(Path file) {
    try (InputStream stream = open(file)) {
      return read(stream, file.toString());
    } catch (ZipException | EOFException e) {
      throw damaged(file.toString(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads a stream to its end, as [#read(Path)]. It is not unpacked.
  ///
  /// @param place what messages call it
  public Dataset read(InputStream stream, String place) {
    long labels = chosen(Use.LABEL);
    long targets = chosen(Use.TARGET);
    if (labels > 1 || labels == 1 == targets > 0) {
      throw MerapiException.of(Kind.ARGUMENT, "csv: choose one label, or targets")
          .with("labels", labels)
          .with("targets", targets)
          .at(place)
          .hint("label(\"species\") for classes, targets(\"price\") for numbers; or readInputs");
    }
    return table(stream, place).dataset();
  }

  /// Reads the features of a file alone, as [#read(Path)]; label and targets need not be chosen.
  public Column.Floats readInputs(Path file) {
    try (InputStream stream = open(file)) {
      return readInputs(stream, file.toString());
    } catch (ZipException | EOFException e) {
      throw damaged(file.toString(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads the features of a stream alone, as [#readInputs(Path)]. It is not unpacked.
  ///
  /// @param place what messages call it
  public Column.Floats readInputs(InputStream stream, String place) {
    return table(stream, place).inputs();
  }

  private CsvTable table(InputStream stream, String place) {
    try {
      if (options.separator == options.decimalMark) {
        throw MerapiException.of(Kind.ARGUMENT, "csv: one character separates cells and decimals")
            .with("character", options.separator)
            .at(place)
            .hint("such files have another separator: decimalComma().separator(';')");
      }
      var cells = new CsvCells(stream, place, options.separator, options.decimalMark);
      cells.skipLines(options.skippedLines);
      return CsvTable.read(cells, options);
    } catch (ZipException | EOFException e) {
      throw damaged(place, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(Path file) throws IOException {
    InputStream stream = Files.newInputStream(file);
    if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".gz")) {
      return stream;
    }
    try {
      return new GZIPInputStream(stream, 1 << 16);
    } catch (IOException e) {
      stream.close();
      throw e;
    }
  }

  private static MerapiException damaged(String place, IOException cause) {
    return MerapiException.of(Kind.FORMAT, "csv: damaged gzip data").at(place).causedBy(cause);
  }
}
