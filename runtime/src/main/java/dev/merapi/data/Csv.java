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
import java.util.stream.Stream;
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
/// that nothing else asks for are features; blanks around a cell do not count. Every feature and
/// target is a decimal number. A cell that is empty or holds something else is an error that names
/// file, line and column, and so is a line with more or fewer cells. Immutable.
public final class Csv {
  private final CsvHeader header;
  private final char separator;
  private final int skipped;
  private final List<CsvChoice> choices;
  private final Optional<List<String>> classes;

  private Csv(
      CsvHeader header,
      char separator,
      int skipped,
      List<CsvChoice> choices,
      Optional<List<String>> classes) {
    this.header = header;
    this.separator = separator;
    this.skipped = skipped;
    this.choices = choices;
    this.classes = classes;
  }

  /// Files whose first line names the columns.
  public static Csv withHeader() {
    return new Csv(CsvHeader.PRESENT, ',', 0, List.of(), Optional.empty());
  }

  /// Files that begin with the first row.
  public static Csv withoutHeader() {
    return new Csv(CsvHeader.ABSENT, ',', 0, List.of(), Optional.empty());
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
    return new Csv(header, character, skipped, choices, classes);
  }

  /// Without the first lines of the file, whatever they hold.
  public Csv skipLines(int count) {
    if (count < 0) {
      throw MerapiException.of(Kind.ARGUMENT, "csv: negative").with("lines", count);
    }
    return new Csv(header, separator, count, choices, classes);
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
    if (Set.copyOf(names).size() < names.size()) {
      throw MerapiException.of(Kind.ARGUMENT, "csv: a class comes twice").with("classes", names);
    }
    return new Csv(header, separator, skipped, choices, Optional.of(List.copyOf(names)));
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

  private Csv choose(List<CsvChoice> more) {
    List<CsvChoice> all = Stream.concat(choices.stream(), more.stream()).toList();
    return new Csv(header, separator, skipped, all, classes);
  }

  private long chosen(Use use) {
    return choices.stream().filter(choice -> choice.use() == use).count();
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
      var cells = new CsvCells(stream, place, separator);
      cells.skipLines(skipped);
      return CsvTable.read(cells, header, choices, classes);
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
