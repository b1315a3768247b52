package dev.merapi.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.CompileOptions;
import dev.merapi.MerapiException;
import dev.merapi.Model;
import dev.merapi.Session;
import dev.merapi.graph.Custom;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphParser;
import dev.merapi.graph.GraphPrinter;
import dev.merapi.memory.HostTensor;
import dev.merapi.samples.OpSamples;
import dev.merapi.samples.Sample;
import dev.merapi.spi.ModelContents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every number in the text of every operation takes extreme values, alone and, where an operation
/// has a geometry, in pairs: the graph is refused with a [MerapiException], or it is compiled, run
/// on the CPU and gives what the interpreter gives.
///
/// What is being run is in [#IN_FLIGHT], to be found there if the JVM ends.
class ExtremeAttributesTest {
  private static final Path IN_FLIGHT = Path.of("target", "extreme-attributes.txt");

  private static final List<String> EXTREMES =
      List.of(
          "-2147483648",
          "-1",
          "0",
          "1",
          "1000",
          "65536",
          "134217728",
          "2147483647",
          "4294967296",
          "4611686018427387904",
          "9223372036854775807");

  /// For pairs: what is within some limit, and what is beyond it.
  private static final List<String> FEW = List.of("1000", "134217727", "2147483647");

  /// For padding that is counted, and hardly computed with.
  private static final CheckedRun.Limits PADDED = new CheckedRun.Limits(512 << 20, 1L << 40);

  private static final long MOST_POSITIONS = 300_000;

  private final Map<String, Integer> seen = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();

  @Test
  void extremeNumbersAreRefusedOrRight() throws IOException {
    Files.createDirectories(IN_FLIGHT.getParent());
    for (String text : texts()) {
      List<MatchResult> numbers = GraphTexts.numbers(text);
      for (MatchResult number : numbers) {
        for (String other : EXTREMES) {
          check(GraphTexts.with(text, List.of(number), List.of(other)), CheckedRun.Limits.SMALL);
        }
      }
    }
    end();
  }

  @Test
  void extremeGeometriesAreRefusedOrRight() throws IOException {
    Files.createDirectories(IN_FLIGHT.getParent());
    for (String text : texts()) {
      if (!text.contains("kernel=")) {
        continue;
      }
      int from = text.indexOf("kernel=");
      List<MatchResult> numbers =
          GraphTexts.numbers(text).stream().filter(each -> each.start() > from).toList();
      for (int i = 0; i < numbers.size(); i++) {
        for (int j = i + 1; j < numbers.size(); j++) {
          for (String first : FEW) {
            for (String second : FEW) {
              var pair = List.of(numbers.get(i), numbers.get(j));
              check(GraphTexts.with(text, pair, List.of(first, second)), CheckedRun.Limits.SMALL);
            }
          }
        }
      }
    }
    end();
  }

  /// A window and a convolution in each role, small and with one axis: all strides, paddings and
  /// dilations at once.
  @Test
  void allNumbersOfAGeometryTogether() throws IOException {
    Files.createDirectories(IN_FLIGHT.getParent());
    List<String> few = List.of("1", "1000", "65535", "134217000", "2147483647");
    for (Role role : Role.values()) {
      for (String stride : few) {
        for (String low : few) {
          for (String high : few) {
            for (String dilation : few) {
              long positions = Role.positions(stride, low, high, dilation);
              if (positions <= MOST_POSITIONS) {
                check(role.text(positions, stride, low, high, dilation), PADDED);
              }
            }
          }
        }
      }
    }
    end();
  }

  private enum Role {
    WINDOW("f32[1,1,P]", "%0: f32[1,1,1000] = input() {label=\"x\"}", "window(%0) {monoid=sum"),
    FORWARD(
        "f32[1,1,P]",
        "%0: f32[1,1,1000] = input() {label=\"x\"}\n  %1: f32[1,1,2] = input() {label=\"w\"}",
        "conv.forward(%0, %1) {in=1 out=1 groups=1 spatial=[1000]"),
    DATA(
        "f32[1,1,1000]",
        "%0: f32[1,1,P] = input() {label=\"y\"}\n  %1: f32[1,1,2] = input() {label=\"w\"}",
        "conv.data(%0, %1) {in=1 out=1 groups=1 spatial=[1000]"),
    FILTER(
        "f32[1,1,2]",
        "%0: f32[1,1,1000] = input() {label=\"x\"}\n  %1: f32[1,1,P] = input() {label=\"y\"}",
        "conv.filter(%0, %1) {in=1 out=1 groups=1 spatial=[1000]");

    private final String result;
    private final String inputs;
    private final String operation;

    Role(String result, String inputs, String operation) {
      this.result = result;
      this.inputs = inputs;
      this.operation = operation;
    }

    static long positions(String stride, String low, String high, String dilation) {
      long room = 1000 + Long.parseLong(low) + Long.parseLong(high) - Long.parseLong(dilation) - 1;
      return Math.max(0, Math.floorDiv(room, Long.parseLong(stride)) + 1);
    }

    String text(long positions, String stride, String low, String high, String dilation) {
      String attributes =
          " kernel=[2] strides=[%s] low=[%s] high=[%s] dilations=[%s]}"
              .formatted(stride, low, high, dilation);
      String types =
          "graph \"g\" {\n  %s\n  %%2: %s = %s%s\n  output \"y\" = %%2\n}\n"
              .formatted(inputs, result, operation, attributes);
      return types.replace("P]", positions + "]");
    }
  }

  /// As they ended the JVM, with the options that a user would have.
  @ParameterizedTest
  @CsvSource({"1000,2147483647", "1000,1", "65535,1", "65535,2147483647"})
  void paddingsBeyondAllKernelsAreRefused(String stride, String dilation) {
    String pad = "2147483647";
    for (Role role : Role.values()) {
      long positions = Role.positions(stride, pad, pad, dilation);
      String text = role.text(positions, stride, pad, pad, dilation);
      var error =
          assertThrows(
              MerapiException.class,
              () -> {
                Model model = model(GraphParser.parse(text));
                try (var compiled = model.compile(CompileOptions.cpu());
                    Session session = compiled.newSession()) {
                  session.run();
                }
              });
      assertEquals(MerapiException.Kind.FORMAT, error.kind(), error.getMessage());
      assertTrue(error.getMessage().contains("places=" + pad), error.getMessage());
      assertTrue(error.getMessage().contains("limit=268435456"), error.getMessage());
    }
  }

  private static TreeSet<String> texts() {
    var texts = new TreeSet<String>();
    for (Sample sample : OpSamples.all()) {
      if (!(sample.op() instanceof Custom)) {
        texts.add(GraphPrinter.print(sample.graph()));
      }
    }
    return texts;
  }

  private void check(String changed, CheckedRun.Limits limits) throws IOException {
    try {
      String text = GraphTexts.mended(changed);
      Graph graph = GraphParser.parse(text);
      Files.writeString(IN_FLIGHT, text);
      boolean compared = CheckedRun.of(model(graph), new Random(1), 1, limits);
      note(compared ? "compared" : "ran");
    } catch (MerapiException e) {
      note(e.kind().toString());
    } catch (RuntimeException | Error e) {
      failures.add(e + "\n" + changed);
      assertTrue(failures.size() < 20, () -> String.join("\n", failures));
    }
  }

  private static Model model(Graph graph) {
    var parameters = new LinkedHashMap<String, HostTensor>();
    graph
        .parameters()
        .forEach((name, value) -> parameters.put(name, HostTensor.allocate(name, value.type())));
    return Model.of(
        new ModelContents(graph, graph, List.of(), parameters, Map.of(), List.of(), Map.of()));
  }

  private void note(String what) {
    seen.merge(what, 1, Integer::sum);
  }

  private void end() throws IOException {
    Files.deleteIfExists(IN_FLIGHT);
    System.out.println("extreme attributes: " + seen);
    assertTrue(failures.isEmpty(), () -> String.join("\n", failures));
    assertTrue(seen.getOrDefault("compared", 0) > 100, seen.toString());
  }
}
