package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Dim;
import dev.merapi.graph.TensorType;
import dev.merapi.memory.HostTensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// Works out varying sizes from the numbers of elements of inputs.
final class InputSizes {
  private InputSizes() {}

  /// @param inputs the types of the inputs with their varying sizes
  /// @param lengths the number of elements given for each input
  /// @return the varying sizes that could be worked out
  /// @throws MerapiException of kind `ARGUMENT` for a missing or unknown name, `SHAPE` if lengths
  ///   do not fit a size
  static Map<String, Long> of(Map<String, TensorType> inputs, Map<String, Long> lengths) {
    lengths.keySet().forEach(name -> Names.find("input", name, inputs));
    var sizes = new LinkedHashMap<String, Long>();
    inputs.forEach((name, type) -> {
      Long length = lengths.get(name);
      if (length == null) {
        throw MerapiException.of(Kind.ARGUMENT, "input is missing")
            .with("name", name)
            .with("given", lengths.keySet());
      }
      Dim count = type.shape().count();
      Set<String> symbols = count.symbols();
      if (symbols.size() == 1) {
        String symbol = symbols.iterator().next();
        long size = solve(name, type, count, symbol, length);
        Long other = sizes.put(symbol, size);
        if (other != null && other != size) {
          throw mismatch(name, type, length).with(symbol, size).with("elsewhere", other);
        }
      }
    });
    return sizes;
  }

  /// Checks the inputs with several varying sizes, of which a number of elements says too little:
  /// they stay as large as they can be.
  ///
  /// @throws MerapiException of kind `SHAPE` if another number of elements is given for one
  static void check(
      Map<String, TensorType> inputs, Map<String, HostTensor> bound, Map<String, Long> lengths) {
    inputs.forEach((name, type) -> {
      Set<String> symbols = type.shape().count().symbols();
      long length = Names.find("input", name, lengths);
      if (symbols.size() > 1 && Names.find("input", name, bound).elements() != length) {
        throw mismatch(name, type, length)
            .hint(
                "a number of elements does not tell the sizes "
                    + symbols
                    + ": take newSession(), resize it, and fill its inputs");
      }
    });
  }

  /// The count is a multiple of the size for every shape in which the size stands alone.
  private static long solve(String name, TensorType type, Dim count, String symbol, long length) {
    long unit = count.bind(Map.of(symbol, 1L)).value();
    long size = unit == 0 ? 0 : length / unit;
    if (size < 1 || count.bind(Map.of(symbol, size)).value() != length) {
      throw mismatch(name, type, length);
    }
    return size;
  }

  private static MerapiException mismatch(String name, TensorType type, long length) {
    return MerapiException.of(Kind.SHAPE, "input: number of elements does not fit")
        .with("name", name)
        .with("type", type)
        .with("elements", length);
  }
}
