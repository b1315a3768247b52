package dev.merapi.tests;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.dense;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.merapi.MerapiException;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The largest headers that are allowed, with right hashes, made to cost as much as they can: each
/// is answered in little time, and in the 256 MB of heap that this test runs with.
class HostileFileTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /// Of processor time; the most was a sixth of it.
  private static final double SECONDS = 5;

  /// All that was ever allocated, most of which dies at once.
  private static final long MULTIPLE = 100;

  private static final int LONGEST_ANSWER = 2000;

  /// Characters of what an attack adds; the header has 16 MiB.
  private static final int LARGE = 16_000_000;

  @TempDir private Path folder;

  private enum Attack {
    DEEP_JSON {
      @Override
      MerapiBytes on(MerapiBytes file) {
        return file.with("[".repeat(LARGE));
      }
    },
    MANY_STRINGS {
      @Override
      MerapiBytes on(MerapiBytes file) {
        return member(file, filled(i -> "\"" + Integer.toString(i, 36) + "\":\"\"", ","));
      }
    },
    MANY_TENSORS {
      @Override
      MerapiBytes on(MerapiBytes file) {
        return tensors(file, "0");
      }
    },
    TENSORS_OF_MANY_SIZES {
      @Override
      MerapiBytes on(MerapiBytes file) {
        return tensors(file, "0" + ",9999".repeat(31));
      }
    },
    MANY_LABELS {
      @Override
      MerapiBytes on(MerapiBytes file) {
        return member(file, "\"merapi.labels\":\"[" + filled(_ -> "\\\"a\\\"", ",") + "]\"");
      }
    },
    MANY_LAYERS {
      @Override
      MerapiBytes on(MerapiBytes file) {
        String type = "f32[9999" + ",9999".repeat(31) + "]";
        String layer = "[\\\"\\\",\\\"\\\",\\\"" + type + "\\\"],";
        String begin = "\"merapi.layers\":\"[";
        return file.with(file.header().replace(begin, begin + filled(_ -> layer, "")));
      }
    },
    NODES_THAT_ARE_ALLOWED {
      @Override
      MerapiBytes on(MerapiBytes file) {
        return nodes(file, repeated(60_000, i -> line(i, "f32[N,3]", "map(%0) {neg($0:f32)}")));
      }
    },
    MANY_NODES {
      @Override
      MerapiBytes on(MerapiBytes file) {
        return nodes(file, filled(i -> line(i, "f32[N,3]", "map(%0) {neg($0:f32)}"), ""));
      }
    },
    CHAINED_NODES {
      @Override
      MerapiBytes on(MerapiBytes file) {
        return nodes(
            file,
            repeated(
                60_000,
                i -> {
                  String operand = "%" + (i == 0 ? 0 : FIRST + i - 1);
                  return line(i, "f32[N,3]", "map(" + operand + ") {neg($0:f32)}");
                }));
      }
    },
    MANY_OPERANDS {
      @Override
      MerapiBytes on(MerapiBytes file) {
        String operands = "%0" + ",%0".repeat(4095);
        return nodes(
            file, filled(i -> line(i, "f32[4096*N,3]", "concat(" + operands + ") {axis=0}"), ""));
      }
    },
    SIZES_OF_ONE {
      @Override
      MerapiBytes on(MerapiBytes file) {
        String type = "f32[1" + ",1".repeat(31) + "]";
        return nodes(file, filled(i -> line(i, type, "iota() {axis=0}"), ""));
      }
    },
    ONE_TYPE_OF_MANY_SIZES {
      @Override
      MerapiBytes on(MerapiBytes file) {
        return nodes(file, "  %100: f32[" + "1,".repeat(LARGE / 2) + "1] = iota() {axis=0}\n");
      }
    },
    MANY_RESULTS_OF_MANY_SIZES {
      @Override
      MerapiBytes on(MerapiBytes file) {
        String type = ": f32[9999" + ",9999".repeat(31) + "]";
        return nodes(file, "  " + filled(i -> "%" + i + type, ", "));
      }
    },
    DIFFERENT_SIZES {
      @Override
      MerapiBytes on(MerapiBytes file) {
        String type = repeated(32, i -> "," + (123456 + i)).substring(1);
        return nodes(file, filled(i -> line(i, "f32[" + type + "]", "iota() {axis=0}"), ""));
      }
    },
    DIFFERENT_SYMBOLS {
      @Override
      MerapiBytes on(MerapiBytes file) {
        return nodes(
            file,
            filled(
                i -> line(i, "f32[A" + i + ",B" + i + "]", "input() {label=\"i" + i + "\"}"), ""));
      }
    },
    LONG_CONSTANT {
      @Override
      MerapiBytes on(MerapiBytes file) {
        String items = filled(_ -> "1", ",");
        return nodes(file, "  %100: f32[8000000] = constant() {value=[" + items + "]}\n");
      }
    },
    LONG_SIZE {
      @Override
      MerapiBytes on(MerapiBytes file) {
        String size = "N" + "*N".repeat(1900);
        return nodes(file, filled(i -> line(i, "f32[" + size + "]", "input() {label=\"y\"}"), ""));
      }
    },
    TANGLED_SIZES {
      @Override
      MerapiBytes on(MerapiBytes file) {
        String sum = repeated(60, i -> "N" + i + "+") + "1";
        return nodes(
            file,
            filled(
                i ->
                    line(2 * i, "f32[" + sum + "," + sum + "]", "input() {label=\"y" + i + "\"}")
                        + line(2 * i + 1, "f32[" + sum + "]", "reshape(%" + (FIRST + 2 * i) + ")"),
                ""));
      }
    },
    DIFFERENT_TANGLED_SIZES {
      @Override
      MerapiBytes on(MerapiBytes file) {
        return nodes(
            file,
            filled(
                i -> {
                  String sum = repeated(50, j -> "N" + i + "_" + j + "+") + "1";
                  return line(i, "f32[" + sum + "]", "input() {label=\"y" + i + "\"}");
                },
                ""));
      }
    },
    SYMBOLIC_PRODUCTS {
      @Override
      MerapiBytes on(MerapiBytes file) {
        String sums = "A+B,C+D,E+F,G+H,I+J,K+L";
        String other = "K+L,I+J,G+H,E+F,C+D,A+B";
        return nodes(
            file,
            line(0, "f32[" + sums + "]", "input() {label=\"y\"}")
                + filled(
                    i ->
                        line(
                            i + 1,
                            "f32[" + (i % 2 == 0 ? other : sums) + "]",
                            "reshape(%" + (FIRST + i) + ")"),
                    ""));
      }
    },
    MANY_FACTORS {
      @Override
      MerapiBytes on(MerapiBytes file) {
        String sizes = "A*B*C*D,E*F*G,H,1,1,1,1,1,1,1,1";
        String other = "1,1,1,1,1,1,1,1,H,E*F*G,A*B*C*D";
        return nodes(
            file,
            line(0, "f32[" + sizes + "]", "input() {label=\"y\"}")
                + filled(
                    i ->
                        line(
                            i + 1,
                            "f32[" + (i % 2 == 0 ? other : sizes) + "]",
                            "reshape(%" + (FIRST + i) + ")"),
                    ""));
      }
    },
    NESTED_SIZES {
      @Override
      MerapiBytes on(MerapiBytes file) {
        String size = "min(N+1,".repeat(30) + "N" + ")".repeat(30);
        return nodes(file, filled(i -> line(i, "f32[" + size + "]", "iota() {axis=0}"), ""));
      }
    },
    LARGE_FUNCTION {
      @Override
      MerapiBytes on(MerapiBytes file) {
        String lets =
            repeated(
                390,
                i -> {
                  String before = i == 0 ? "$0:f32" : "a" + (i - 1);
                  return "let a" + i + " = add(" + before + "," + before + "); ";
                });
        return nodes(file, filled(i -> line(i, "f32[N,3]", "map(%0) {" + lets + "a389}"), ""));
      }
    },
    MANY_OUTPUTS {
      @Override
      MerapiBytes on(MerapiBytes file) {
        return outputs(file, filled(i -> "  output \"o" + i + "\" = %1\n", ""));
      }
    },
    OUTPUTS_OF_LONG_TYPES {
      @Override
      MerapiBytes on(MerapiBytes file) {
        String size = ",min(" + repeated(50, i -> "Long_name_of_a_size_" + i + "+") + "1,N)";
        String type = "f32[" + size.repeat(32).substring(1) + "]";
        MerapiBytes large = nodes(file, line(0, type, "iota() {axis=0}"));
        return outputs(large, repeated(4000, i -> "  output \"o" + i + "\" = %" + FIRST + "\n"));
      }
    };

    private static final int FIRST = 100;

    abstract MerapiBytes on(MerapiBytes file);

    private static String line(int index, String type, String operation) {
      return "  %" + (FIRST + index) + ": " + type + " = " + operation + "\n";
    }

    private static String repeated(int count, IntFunction<String> item) {
      return IntStream.range(0, count).mapToObj(item).collect(Collectors.joining());
    }

    /// As many items as there is room for.
    private static String filled(IntFunction<String> item, String between) {
      return filled(LARGE - LARGE / 8, item, between);
    }

    private static String filled(int length, IntFunction<String> item, String between) {
      var text = new StringBuilder(length + length / 8);
      for (int i = 0; text.length() < length; i++) {
        text.append(i == 0 ? "" : between).append(item.apply(i));
      }
      return text.toString();
    }

    /// Adds nodes behind the first one.
    private static MerapiBytes nodes(MerapiBytes file, String nodes) {
      return before(file, "  %1: ", nodes);
    }

    private static MerapiBytes outputs(MerapiBytes file, String outputs) {
      return before(file, "  output \\\"", outputs);
    }

    private static MerapiBytes before(MerapiBytes file, String mark, String text) {
      int at = file.header().indexOf(mark);
      String escaped = text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
      return file.with(file.header().substring(0, at) + escaped + file.header().substring(at));
    }

    private static MerapiBytes member(MerapiBytes file, String member) {
      return file.with(file.header().replace("\"merapi.version\"", member + ",\"merapi.version\""));
    }

    private static MerapiBytes tensors(MerapiBytes file, String sizes) {
      String end = "" + file.data().length;
      String places = "],\"data_offsets\":[" + end + "," + end + "]}";
      String entries =
          filled(
              LARGE * 2 / 5, // each has a hash as well
              i -> "\"t" + i + "\":{\"dtype\":\"F32\",\"shape\":[" + sizes + places,
              ",");
      String header = file.header();
      return file.with(header.substring(0, header.length() - 1) + "," + entries + "}");
    }
  }

  private MerapiBytes small() throws IOException {
    Path file = folder.resolve("small.merapi");
    Model.of(dense(3, 2), input("x", f32("N", 3)), RandomKey.of(1)).save(file);
    return MerapiBytes.of(Files.readAllBytes(file));
  }

  /// Nothing of the making of the file is still in memory when it is read.
  private Path file(Attack attack) throws IOException {
    return Files.write(folder.resolve("large.merapi"), attack.on(small()).sealed());
  }

  @ParameterizedTest
  @EnumSource
  void isAnsweredInLittleTimeAndMemory(Attack attack) throws IOException {
    Path file = file(attack);
    long allocatedBefore = THREADS.getCurrentThreadAllocatedBytes();
    long timeBefore = THREADS.getCurrentThreadCpuTime();
    String answer = answer(file);
    double seconds = (THREADS.getCurrentThreadCpuTime() - timeBefore) / 1e9;
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - allocatedBefore;
    String cost =
        String.format(
            Locale.ROOT,
            "%s: %,d bytes, allocated %,d, %.2f s: %s",
            attack,
            Files.size(file),
            allocated,
            seconds,
            answer);
    assertTrue(seconds < SECONDS, cost);
    assertTrue(allocated < MULTIPLE * LARGE, cost);
    assertTrue(answer.length() < LONGEST_ANSWER, "a long answer");
    assertFalse(answer.contains("needs more memory than there is"), cost);
  }

  private static String answer(Path file) {
    try {
      return Model.load(file).toString();
    } catch (MerapiException e) {
      return e.getMessage();
    }
  }
}
