package dev.merapi.samples;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/// Results that another library computed: lines `name: numbers` in a resource, made by the script
/// beside it.
public record Fixture(Map<String, double[]> arrays) {
  /// The fixture of a test: a resource beside its class.
  public static Fixture of(Class<?> test, String resource) {
    var arrays = new LinkedHashMap<String, double[]>();
    try (InputStream stream = test.getResourceAsStream(resource)) {
      byte[] bytes = Objects.requireNonNull(stream, resource).readAllBytes();
      new String(bytes, StandardCharsets.UTF_8)
          .lines()
          .forEach(line -> {
            String[] parts = line.split(": ", 2);
            double[] data =
                Arrays.stream(parts[1].split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
            arrays.put(parts[0], data);
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Fixture(arrays);
  }

  /// The numbers of that name.
  public double[] get(String name) {
    return Objects.requireNonNull(arrays.get(name), name);
  }

  /// The numbers of that name as `f32`.
  public float[] floats(String name) {
    double[] wide = get(name);
    float[] values = new float[wide.length];
    for (int i = 0; i < wide.length; i++) {
      values[i] = (float) wide[i];
    }
    return values;
  }
}
