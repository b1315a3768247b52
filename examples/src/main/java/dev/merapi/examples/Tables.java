package dev.merapi.examples;

import dev.merapi.data.Csv;
import dev.merapi.data.Dataset;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/// The bundled tables, as they are: nothing is scaled, and the rows come in the order of the files,
/// class by class in some. Where they come from stands beside them.
public final class Tables {
  private static final List<String> FLOWER =
      List.of("sepal length", "sepal width", "petal length", "petal width");

  private static final List<String> WINE =
      List.of(
          "alcohol",
          "malic acid",
          "ash",
          "alcalinity of ash",
          "magnesium",
          "total phenols",
          "flavanoids",
          "nonflavanoid phenols",
          "proanthocyanins",
          "color intensity",
          "hue",
          "od280/od315 of diluted wines",
          "proline");

  /// Of each the mean over the cells, its error, and the mean of the three worst.
  private static final List<String> NUCLEUS =
      List.of(
          "radius",
          "texture",
          "perimeter",
          "area",
          "smoothness",
          "compactness",
          "concavity",
          "concave points",
          "symmetry",
          "fractal dimension");

  private Tables() {}

  /// 150 flowers `f32[4]` of the species setosa, versicolor and virginica.
  public static Dataset iris() {
    return classes("iris.csv", FLOWER, List.of("setosa", "versicolor", "virginica"));
  }

  /// 178 wines `f32[13]` of three growers.
  public static Dataset wine() {
    return classes("wine.csv", WINE, List.of("class_0", "class_1", "class_2"));
  }

  /// 569 tumours `f32[30]`, malignant (0) or benign (1).
  public static Dataset breastCancer() {
    List<String> features =
        IntStream.range(0, 3 * NUCLEUS.size())
            .mapToObj(i ->
                NUCLEUS.get(i % NUCLEUS.size())
                    + List.of(" mean", " error", " worst").get(i / NUCLEUS.size()))
            .toList();
    return classes("breast_cancer.csv", features, List.of("malignant", "benign"));
  }

  /// 1,797 digits `f32[64]`: 8 x 8 pixels, row by row, from 0 to 16; labels 0 to 9.
  public static Dataset digits8x8() {
    try (InputStream packed = open("digits8x8.csv.gz");
        InputStream stream = new GZIPInputStream(packed)) {
      return Csv.withoutHeader().label(-1).read(stream, "digits8x8.csv.gz");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// 442 patients `f32[10]`, and the progression of their disease `f32[1]`.
  public static Dataset diabetes() {
    return read("diabetes.csv", Csv.withHeader().targets("target"));
  }

  /// A file whose first line holds counts and names, and whose last column is the class index.
  private static Dataset classes(String file, List<String> features, List<String> classes) {
    return read(file, Csv.withoutHeader().skipLines(1).label(-1)).named(features, classes);
  }

  private static Dataset read(String file, Csv csv) {
    try (InputStream stream = open(file)) {
      return csv.read(stream, file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String file) throws IOException {
    InputStream stream = Tables.class.getResourceAsStream("tables/" + file);
    if (stream == null) {
      throw new FileNotFoundException(file);
    }
    return stream;
  }
}
