package dev.merapi.tests;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.dense;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.merapi.MerapiException;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Large files with right hashes that are made to cost as much as they can: each is answered in
/// time and memory that follow the file's size.
class HostileFileTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /// Everything that was ever allocated counts, most of which dies at once.
  private static final long MULTIPLE = 500;

  private static final long SMALL = 4 << 20;
  private static final double SECONDS = 3;

  @TempDir private Path folder;

  /// Texts of about a megabyte.
  private enum Attack {
    DEEP_JSON {
      @Override
      MerapiBytes on(MerapiBytes file) {
        return file.with("[".repeat(1_000_000));
      }
    },
    MANY_STRINGS {
      @Override
      MerapiBytes on(MerapiBytes file) {
        String members = each(60_000, i -> "\"k" + i + "\":\"\"");
        return file.with(
            file.header().replace("\"merapi.version\"", members + ",\"merapi.version\""));
      }
    },
    MANY_TENSORS {
      @Override
      MerapiBytes on(MerapiBytes file) {
        String end = "" + file.data().length;
        String empty =
            "{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[" + end + "," + end + "]}";
        String entries = each(9_000, i -> "\"t" + i + "\":" + empty);
        String header = file.header();
        return file.with(header.substring(0, header.length() - 1) + "," + entries + "}");
      }
    },
    MANY_LABELS {
      @Override
      MerapiBytes on(MerapiBytes file) {
        String labels = "\"merapi.labels\":\"[" + each(150_000, _ -> "\\\"\\\"") + "]\"";
        return file.with(
            file.header().replace("\"merapi.version\"", labels + ",\"merapi.version\""));
      }
    },
    MANY_NODES {
      @Override
      MerapiBytes on(MerapiBytes file) {
        return inserted(
            file,
            IntStream.range(0, 20_000)
                .mapToObj(i -> "  %" + (100 + i) + ": f32[N,3] = map(%0) {neg($0:f32)}\n")
                .collect(Collectors.joining()));
      }
    },
    CHAINED_NODES {
      @Override
      MerapiBytes on(MerapiBytes file) {
        return inserted(
            file,
            IntStream.range(0, 20_000)
                .mapToObj(i ->
                    "  %%%d: f32[N,3] = map(%%%d) {neg($0:f32)}\n"
                        .formatted(100 + i, i == 0 ? 0 : 99 + i))
                .collect(Collectors.joining()));
      }
    },
    LONG_CONSTANT {
      @Override
      MerapiBytes on(MerapiBytes file) {
        String items = each(300_000, _ -> "1");
        return inserted(file, "  %100: f32[300000] = constant() {value=[" + items + "]}\n");
      }
    },
    LONG_SIZE {
      @Override
      MerapiBytes on(MerapiBytes file) {
        String size = "N" + "*N".repeat(1900);
        return inserted(file, "  %100: f32[" + size + "] = input() {label=\"y\"}\n".repeat(200));
      }
    },
    TANGLED_SIZES {
      @Override
      MerapiBytes on(MerapiBytes file) {
        String size = each(60, i -> "N" + i).replace(',', '+') + "+1";
        String line =
            "  %%%d: f32[%s,%s] = input() {label=\"y%d\"}\n  %%%d: f32[%s] = reshape(%%%d)\n";
        return inserted(
            file,
            IntStream.range(0, 1500)
                .mapToObj(
                    i -> line.formatted(100 + 2 * i, size, size, i, 101 + 2 * i, size, 100 + 2 * i))
                .collect(Collectors.joining()));
      }
    },
    NESTED_SIZES {
      @Override
      MerapiBytes on(MerapiBytes file) {
        String size = "min(N+1,".repeat(30) + "N" + ")".repeat(30);
        return inserted(
            file,
            IntStream.range(0, 2000)
                .mapToObj(
                    i -> "  %%%d: f32[%s] = input() {label=\"y%d\"}\n".formatted(100 + i, size, i))
                .collect(Collectors.joining()));
      }
    },
    LARGE_FUNCTION {
      @Override
      MerapiBytes on(MerapiBytes file) {
        String lets =
            IntStream.range(0, 390)
                .mapToObj(i -> {
                  String before = i == 0 ? "$0:f32" : "a" + (i - 1);
                  return "let a" + i + " = add(" + before + "," + before + "); ";
                })
                .collect(Collectors.joining());
        String node = "  %%%d: f32[N,3] = map(%%0) {" + lets + "a389}\n";
        return inserted(
            file,
            IntStream.range(0, 90)
                .mapToObj(i -> node.formatted(100 + i))
                .collect(Collectors.joining()));
      }
    };

    abstract MerapiBytes on(MerapiBytes file);

    private static String each(int count, IntFunction<String> item) {
      return IntStream.range(0, count).mapToObj(item).collect(Collectors.joining(","));
    }

    /// Adds nodes behind the first one.
    private static MerapiBytes inserted(MerapiBytes file, String nodes) {
      return file.withGraph(text -> {
        int at = text.indexOf('\n', text.indexOf("%0: ")) + 1;
        return text.substring(0, at) + nodes + text.substring(at);
      });
    }
  }

  private MerapiBytes small() throws IOException {
    Path file = folder.resolve("small.merapi");
    Model.of(dense(3, 2), input("x", f32("N", 3)), RandomKey.of(1)).save(file);
    return MerapiBytes.of(Files.readAllBytes(file));
  }

  @ParameterizedTest
  @EnumSource
  void costsNoMoreThanItsSize(Attack attack) throws IOException {
    byte[] bytes = attack.on(small()).sealed();
    Path file = Files.write(folder.resolve("large.merapi"), bytes);
    long allocatedBefore = THREADS.getCurrentThreadAllocatedBytes();
    long timeBefore = THREADS.getCurrentThreadCpuTime();
    String answer;
    try {
      answer = Model.load(file).toString();
    } catch (MerapiException e) {
      answer = e.getMessage();
    }
    double seconds = (THREADS.getCurrentThreadCpuTime() - timeBefore) / 1e9;
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - allocatedBefore;
    String cost =
        attack
            + ": "
            + bytes.length
            + " bytes, allocated "
            + allocated
            + " = "
            + allocated / bytes.length
            + "x, "
            + seconds
            + " s: "
            + answer;
    assertTrue(allocated < SMALL + MULTIPLE * bytes.length, cost);
    assertTrue(seconds < SECONDS, cost);
    assertTrue(answer.length() < 20_000, "a long answer");
  }
}
