package dev.merapi.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.samples.OpSamples;
import dev.merapi.samples.Sample;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class GraphTextTest {
  static Stream<Sample> samples() {
    return OpSamples.all().stream().filter(sample -> !(sample.op() instanceof Custom));
  }

  private static void assertRoundTrip(Graph graph) {
    String text = GraphPrinter.print(graph);
    Graph back = GraphParser.parse(text);
    assertEquals(graph, back, text);
    assertEquals(text, GraphPrinter.print(back));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void everyOperationIsReadBack(Sample sample) {
    assertRoundTrip(sample.graph());
  }

  @Test
  void looksLikeThis() {
    var builder = new GraphBuilder("net");
    Value x = builder.at("in").input("x", TensorType.f32("N", 3));
    Value w = builder.at("fc").parameter("fc.weight", TensorType.f32(4, 3));
    var dot = new Contract.Dot(List.of(), List.of(), List.of(1), List.of(1));
    Value y = builder.dot(dot, x, w);
    Value e = builder.map(ScalarFn.apply(ScalarPrimitive.EXP, ScalarFn.arg(0)), y);
    builder.output("y", e);
    builder.store(w, builder.constant(Literal.splat(DType.F32, w.shape(), 0.1)));
    String text =
        """
        graph "net" {
          %0: f32[N,3] = input() {label="x"} @ "in"
          %1: f32[4,3] = parameter() {label="fc.weight"} @ "fc"
          %2: f32[N,4] = dot(%0, %1) {batch=[]x[] contract=[1]x[1]} @ "fc"
          %3: f32[N,4] = map(%2) {exp($0:f32)} @ "fc"
          %4: f32[4,3] = constant() {value=0.1} @ "fc"
          output "y" = %3
          store %1 = %4
        }
        """;
    assertEquals(text, GraphPrinter.print(builder.build()));
    assertRoundTrip(builder.build());
  }

  @Test
  void valuesAreNumberedAnew() {
    String text = "graph \"g\" { %7: f32[] = input() {label=\"x\"} output \"y\" = %7 }";
    assertEquals(0, GraphParser.parse(text).outputs().getFirst().value().id());
  }

  @Test
  void floatsKeepTheirBits() {
    var random = new Random(5);
    int[] bits = IntStream.concat(IntStream.of(specials()), random.ints(2000)).toArray();
    var builder = new GraphBuilder("bits");
    var type = TensorType.f32(bits.length);
    builder.output("all", builder.constant(Literal.ofBits(type, bits)));
    for (int special : specials()) {
      ScalarFn constant = new ScalarFn.Const(DType.F32, special);
      builder.output(
          "y" + special, builder.map(ScalarFn.arg(0).plus(constant), builder.constant(1)));
    }
    assertRoundTrip(builder.build());
  }

  private static int[] specials() {
    return new int[] {
      0,
      1,
      0x80000000,
      0x80000001,
      0x7f800000,
      0xff800000,
      0x7fc00000,
      0xffc00000,
      0x7f800001,
      0x7fffffff,
      0xffffffff,
      0x7f7fffff,
      0x00800000,
      0x007fffff,
      0x3f800001
    };
  }

  @Test
  void integersAndTruthValuesAreReadBack() {
    var builder = new GraphBuilder("literals");
    builder.constant(Literal.of(Shape.of(2, 2), Integer.MIN_VALUE, -1, 0, Integer.MAX_VALUE));
    builder.constant(Literal.ofBits(TensorType.bool(3), 1, 0, 1));
    builder.constant(Literal.ofBits(TensorType.f32(0)));
    builder.constant(Literal.splat(DType.I32, Shape.of("N", 2), -5));
    assertRoundTrip(builder.build());
  }

  @Test
  void boolsAreNotCounted() {
    var e = assertThrows(MerapiException.class, () -> new Source.Iota(TensorType.bool(2), 0));
    assertEquals(Kind.SHAPE, e.kind());
  }

  @Test
  void truthValuesAreZeroOrOne() {
    assertEquals(ScalarFn.bool(true), new ScalarFn.Const(DType.BOOL, -1));
    var e = assertThrows(MerapiException.class, () -> Literal.ofBits(TensorType.bool(2), 1, 7));
    assertSame(Kind.ARGUMENT, e.kind());
  }

  @Test
  void stringsMayContainAnything() {
    var builder = new GraphBuilder("a \"quoted\" \\ \n\t\u0000 \ud83d\udd25 } {");
    builder.at("päth/%7 = \"").input("} output \"x\" = %0", TensorType.f32());
    assertRoundTrip(builder.build());
  }

  @Test
  void sharedTermsAreWrittenOnce() {
    ScalarFn fn = ScalarFn.arg(0);
    for (int i = 0; i < 60; i++) {
      fn = fn.plus(fn); // 2^60 terms as a tree
    }
    var builder = new GraphBuilder("shared");
    builder.output("y", builder.map(fn, builder.input("x", TensorType.f32())));
    String text = GraphPrinter.print(builder.build());
    assertTrue(text.length() < 5000, text);
    assertRoundTrip(builder.build());
  }

  @Test
  void longChainsAreReadBack() {
    ScalarFn fn = ScalarFn.arg(0);
    for (int i = 0; i < 300; i++) {
      fn = fn.plus(ScalarFn.f32(i));
    }
    var builder = new GraphBuilder("chain");
    builder.output("y", builder.map(fn, builder.input("x", TensorType.f32())));
    assertRoundTrip(builder.build());
  }

  @Test
  void readsWithWhateverBlanks() {
    String text =
        "graph\"g\"{%0:f32[N,2]=input(){label=\"x\"}\r\n\t%1 : f32[ N , 2 ] = map ( %0 )"
            + "{ let a = exp ( $0:f32 ) ; add( a , a ) }output \"y\"=%1 }\n\n";
    Graph graph = GraphParser.parse(text);
    assertEquals(2, graph.nodes().size());
    assertRoundTrip(graph);
  }

  @Test
  void operationsOfOnesOwnAreNamedButNotRead() {
    Sample sample =
        OpSamples.all().stream()
            .filter(each -> each.op() instanceof Custom)
            .findFirst()
            .orElseThrow();
    String text = GraphPrinter.print(sample.graph());
    assertTrue(text.contains(sample.op().name()), text);
    var e = assertThrows(MerapiException.class, () -> GraphParser.parse(text));
    assertSame(Kind.UNSUPPORTED_OP, e.kind());
    assertTrue(e.getMessage().contains("name=" + sample.op().name()), e.getMessage());
    assertTrue(e.getMessage().contains("line "), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          input() {label="x"}                 | input() {label=x}           | expected '"'
          f32[2,3] = map                      | f32[2,4] = map              | declared types differ
          f32[2,3] = map                      | f16[2,3] = map              | unknown element type
          map(%0)                             | map(%5)                     | used before it is defined
          map(%0)                             | map()                       | the node does not fit
          map(%0)                             | map(%99999999999)           | expected a whole number
          neg($0:f32)                         | neg($0:f32,$0:f32)          | too many operands
          neg($0:f32)                         | nag($0:f32)                 | unknown primitive
          neg($0:f32)                         | neg($0:i32)                 | the node does not fit
          neg($0:f32)                         | neg(1.0.0)                  | not a number of type f32
          neg($0:f32)                         | add($0:f32,1i)              | operands do not fit
          neg($0:f32)                         | let a = neg($0:f32); let a = neg($0:f32); a | bound twice
          neg($0:f32)                         | neg(nan#0)                  | not a number of type f32
          neg($0:f32)                         | neg(1e99)                   | not a number of type f32
          %1: f32                             | %0: f32                     | defined twice
          output "y" = %1                     | output "y = %1              | a control character
          output "y" = %1                     | put "y" = %1                | expected a node
          graph "g"                           | digraph "g"                 | expected 'graph'
          @ "net"                             | @ "n\\x"                    | unknown escape
          @ "net"                             | @ "n\\u00AB"              | unknown escape
          @ "net"                             | @ "n\\u00g0"              | unknown escape
          @ "net"                             | @ "n\\u12"                | unknown escape
          f32[2,3] = input                    | f32[2,-3] = input           | not a shape
          f32[2,3] = input                    | f32[2,3+] = input           | not a size
          """)
  void errorsTellTheLine(String from, String to, String error) {
    String text =
        """
        graph "g" {
          %0: f32[2,3] = input() {label="x"} @ "net"
          %1: f32[2,3] = map(%0) {neg($0:f32)}
          output "y" = %1
        }
        """;
    assertTrue(text.contains(from), from);
    var e = assertThrows(MerapiException.class, () -> GraphParser.parse(text.replace(from, to)));
    assertSame(Kind.FORMAT, e.kind(), e.getMessage());
    assertTrue(e.getMessage().contains(error), e.getMessage());
    assertTrue(e.getMessage().contains("at line "), e.getMessage());
  }

  @Test
  void twoOutputsOfOneNameAreAnError() {
    String text =
        "graph \"g\" { %0: f32[] = input() {label=\"x\"} output \"y\" = %0 output \"y\" = %0 }";
    assertSame(
        Kind.FORMAT, assertThrows(MerapiException.class, () -> GraphParser.parse(text)).kind());
  }

  @Test
  void deepExpressionsAreAnError() {
    String deep = "neg(".repeat(100_000) + "$0:f32" + ")".repeat(100_000);
    String text =
        "graph \"g\" { %0: f32[] = input() {label=\"x\"} %1: f32[] = map(%0) {" + deep + "} }";
    var e = assertThrows(MerapiException.class, () -> GraphParser.parse(text));
    assertTrue(e.getMessage().contains("nests too deeply"), e.getMessage());
  }

  private static String lines(int count, IntFunction<String> line) {
    return IntStream.range(0, count).mapToObj(line).collect(Collectors.joining());
  }

  private static void refused(String body, String error) {
    String text = "graph \"g\" {\n%0: f32[N] = input() {label=\"x\"}\n" + body + "}";
    var e = assertThrows(MerapiException.class, () -> GraphParser.parse(text));
    assertSame(Kind.FORMAT, e.kind(), e.getMessage());
    assertTrue(e.getMessage().contains(error), e.getMessage());
  }

  @Test
  void countsAreLimited() {
    refused(lines(1 << 16, i -> "%" + (i + 1) + ": f32[1] = iota() {axis=0}\n"), "too many nodes");
    refused(lines((1 << 12) + 1, i -> "output \"" + i + "\" = %0\n"), "too many outputs");
    String operands = "%0" + ",%0".repeat(4000);
    refused(
        lines(300, i -> "%" + (i + 1) + ": f32[4001*N] = concat(" + operands + ") {axis=0}\n"),
        "too many parts");
    refused("%1: f32[1" + ",1".repeat(32) + "] = iota() {axis=0}", "too many axes");
  }

  @Test
  void symbolicSizesAreLimitedInLengthAndTerms() {
    refused(
        lines(
            3000,
            i ->
                "%"
                    + (i + 1)
                    + ": f32["
                    + lines(10, j -> "a_name_" + i + j + "+")
                    + "1] = iota() {axis=0}\n"),
        "sizes are too long together");
    String sums = "A+B,C+D,E+F,G+H,I+J,K+L";
    String other = "K+L,I+J,G+H,E+F,C+D,A+B";
    refused(
        "%1: f32["
            + sums
            + "] = iota() {axis=0}\n"
            + lines(
                600,
                i ->
                    "%"
                        + (i + 2)
                        + ": f32["
                        + (i % 2 == 0 ? other : sums)
                        + "] = reshape(%"
                        + (i + 1)
                        + ")\n"),
        "sizes have too many terms");
  }

  @Test
  void repeatedSizesOfRealModelsAreNotLimited() {
    String size = "floordiv(floordiv(H+-1,2)+-2,2)+1";
    String type = "f32[N,64," + size + "," + size + "]";
    String text =
        "graph \"g\" {\n%0: "
            + type
            + " = input() {label=\"x\"}\n"
            + lines(1000, i -> "%" + (i + 1) + ": " + type + " = map(%" + i + ") {neg($0:f32)}\n")
            + "}";
    assertEquals(1001, GraphParser.parse(text).nodes().size());
  }
}
