package dev.merapi.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.graph.Custom;
import dev.merapi.graph.DType;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.GraphParser;
import dev.merapi.graph.GraphPrinter;
import dev.merapi.graph.Literal;
import dev.merapi.graph.MapOp;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.graph.Vjp;
import dev.merapi.reference.F32Evaluator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Each rule of each pass on the smallest graph that shows it.
class PassRulesTest {
  private static final String HEAD = "graph \"g\" { %0: f32[2,3,4] = input() {label=\"x\"} ";

  /// What is left behind the input, one node a line, without indentation.
  private static String optimized(String nodes, Pass... passes) {
    Graph graph = GraphParser.parse(HEAD + nodes + " }");
    for (Pass pass : passes) {
      graph = pass.apply(graph);
    }
    String text = GraphPrinter.print(graph);
    return text.lines()
        .map(String::strip)
        .filter(line -> line.startsWith("%") || line.startsWith("output"))
        .skip(1)
        .reduce((a, b) -> a + "\n" + b)
        .orElse("");
  }

  private static String simplified(String nodes) {
    return optimized(nodes, new AlgebraicSimplification(), new DeadCode());
  }

  private static String folded(String nodes) {
    return optimized(nodes, new ConstantFolding(), new DeadCode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%1: f32[2,3,4] = map(%0) {$0:f32}",
        "%1: f32[2,3,4] = map(%0) {mul($0:f32,1.0)}",
        "%1: f32[2,3,4] = map(%0) {mul(1.0,add($0:f32,-0.0))}",
        "%1: f32[2,3,4] = map(%0) {neg(neg(div(sub($0:f32,0.0),1.0)))}",
        "%1: f32[2,3,4] = map(%0) {select(true,$0:f32,1.0)}",
        "%1: f32[2,3,4] = map(%0) {select(lt($0:f32,1.0),$0:f32,$0:f32)}",
        "%1: f32[2,3,4] = map(%0) {to_f32($0:f32)}",
        "%1: f32[2,3,4] = reshape(%0)",
        "%1: f32[2,3,4] = permute(%0) {order=[0,1,2]}",
        "%1: f32[2,3,4] = broadcast(%0) {axes=[0,1,2]}",
        "%1: f32[2,3,4] = slice(%0) {starts=[0,0,0] steps=[1,1,1]}",
        "%1: f32[2,3,4] = flip(%0) {axes=[]}",
        "%1: f32[2,3,4] = pad(%0) {low=[0,0,0] high=[0,0,0] between=[0,0,0] value=1.0}",
        "%1: f32[2,3,4] = concat(%0) {axis=1}",
        "%1: f32[2,3,4] = fold(%0) {monoid=max axes=[]}",
        "%1: f32[2,3,4] = fold(%0) {monoid=min axes=[]}",
        "%7: f32[24] = reshape(%0) %1: f32[2,3,4] = reshape(%7)",
        "%7: f32[4,2,3] = permute(%0) {order=[2,0,1]} %1: f32[2,3,4] = permute(%7) {order=[1,2,0]}",
        "%7: f32[2,3,4] = flip(%0) {axes=[0,2]} %1: f32[2,3,4] = flip(%7) {axes=[0,2]}"
      })
  void whatChangesNothingGoes(String nodes) {
    assertEquals("output \"y\" = %0", simplified(nodes + " output \"y\" = %1"));
  }

  @Test
  void aSumOverNoAxesMakesMinusZeroToZero() {
    assertEquals(
        "%1: f32[2,3,4] = map(%0) {add($0:f32,0.0)}\noutput \"y\" = %1",
        simplified("%1: f32[2,3,4] = fold(%0) {monoid=sum axes=[]} output \"y\" = %1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "add($0:f32,0.0)", "mul($0:f32,0.0)", "sub($0:f32,-0.0)", "sub(0.0,$0:f32)",
        "mul($0:f32,-1.0)", "sub($0:f32,$0:f32)", "div($0:f32,$0:f32)", "max($0:f32,$0:f32)"
      })
  void whatMightChangeSpecialValuesStays(String fn) {
    String node = "%1: f32[2,3,4] = map(%0) {" + fn + "}";
    assertEquals(node + "\noutput \"y\" = %1", simplified(node + " output \"y\" = %1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          neg(neg(exp($0:f32)))                       | exp($0:f32)
          abs(neg($0:f32))                            | abs($0:f32)
          abs(abs($0:f32))                            | abs($0:f32)
          fma($0:f32,1.0,2.0)                         | add($0:f32,2.0)
          fma(1.0,$0:f32,2.0)                         | add($0:f32,2.0)
          select(not(not(lt($0:f32,0.0))),$0:f32,1.0) | select(lt($0:f32,0.0),$0:f32,1.0)
          add(exp($0:f32),exp($0:f32))                | let t0 = exp($0:f32); add(t0,t0)
          """)
  void termsAreSimplified(String before, String after) {
    String node = "%1: f32[2,3,4] = map(%0) {";
    assertEquals(
        node + after + "}\noutput \"y\" = %1", simplified(node + before + "} output \"y\" = %1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          %1: f32[24] = reshape(%0) %2: f32[6,4] = reshape(%1)     | %1: f32[6,4] = reshape(%0)
          %1: f32[3,2,4] = permute(%0) {order=[1,0,2]} %2: f32[4,2,3] = permute(%1) {order=[2,1,0]} | %1: f32[4,2,3] = permute(%0) {order=[2,0,1]}
          %1: f32[5,2,3,4] = broadcast(%0) {axes=[1,2,3]} %2: f32[5,2,3,4,6] = broadcast(%1) {axes=[0,1,2,3]} | %1: f32[5,2,3,4,6] = broadcast(%0) {axes=[1,2,3]}
          %1: f32[2,2,4] = slice(%0) {starts=[0,1,0] steps=[1,1,1]} %2: f32[1,2,2] = slice(%1) {starts=[1,0,1] steps=[1,1,2]} | %1: f32[1,2,2] = slice(%0) {starts=[1,1,1] steps=[1,1,2]}
          %1: f32[2,3,4] = flip(%0) {axes=[0,1]} %2: f32[2,3,4] = flip(%1) {axes=[1,2]} | %1: f32[2,3,4] = flip(%0) {axes=[0,2]}
          """)
  void viewsAreJoined(String before, String after) {
    assertEquals(after + "\noutput \"y\" = %1", simplified(before + " output \"y\" = %2"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          %1: f32[3] = constant() {value=2.0} %2: f32[3] = map(%1) {mul($0:f32,add($0:f32,1.0))} | f32[3] = constant() {value=6.0}
          %1: i32[2] = constant() {value=[1,2]} %2: f32[2] = map(%1) {to_f32(neg($0:i32))}       | f32[2] = constant() {value=[-1.0,-2.0]}
          %1: f32[2,2] = constant() {value=[1.0,2.0,3.0,4.0]} %2: f32[2,2] = permute(%1) {order=[1,0]} | f32[2,2] = constant() {value=[1.0,3.0,2.0,4.0]}
          %1: f32[2,2] = constant() {value=[1.0,2.0,3.0,4.0]} %2: f32[2,1] = slice(%1) {starts=[0,1] steps=[1,1]} | f32[2,1] = constant() {value=[2.0,4.0]}
          %1: f32[2,2] = constant() {value=[1.0,2.0,3.0,4.0]} %2: f32[2,2] = flip(%1) {axes=[0]} | f32[2,2] = constant() {value=[3.0,4.0,1.0,2.0]}
          %1: f32[2,2] = constant() {value=[1.0,2.0,3.0,4.0]} %2: f32[4] = reshape(%1)           | f32[4] = constant() {value=[1.0,2.0,3.0,4.0]}
          %1: f32[] = constant() {value=2.5} %2: f32[N,7] = broadcast(%1) {axes=[]}              | f32[N,7] = constant() {value=2.5}
          %1: f32[3] = constant() {value=0.0} %2: f32[5] = pad(%1) {low=[1] high=[1] between=[0] value=0.0} | f32[5] = constant() {value=0.0}
          %1: f32[3] = constant() {value=1.0} %2: f32[6] = concat(%1, %1) {axis=0}               | f32[6] = constant() {value=1.0}
          %1: f32[50,60] = constant() {value=1.0} %2: f32[] = fold(%1) {monoid=sum axes=[0,1]}   | f32[] = constant() {value=3000.0}
          %1: f32[5] = constant() {value=0.1} %2: f32[] = fold(%1) {monoid=max axes=[0]}         | f32[] = constant() {value=0.1}
          """)
  void constantsAreFolded(String before, String after) {
    assertEquals("%1: " + after + "\noutput \"y\" = %1", folded(before + " output \"y\" = %2"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // each backend has its own exp
        "%1: f32[3] = constant() {value=2.0} %2: f32[3] = map(%1) {exp($0:f32)}",
        // the bits of a NaN that is made differ between machines
        "%1: f32[3] = constant() {value=0.0} %2: f32[3] = map(%1) {div($0:f32,$0:f32)}",
        // the order of additions is the kernel's
        "%1: f32[3] = constant() {value=0.1} %2: f32[] = fold(%1) {monoid=sum axes=[0]}",
        "%1: f32[3] = constant() {value=-0.0} %2: f32[] = fold(%1) {monoid=sum axes=[0]}",
        "%1: f32[N] = constant() {value=1.0} %2: f32[] = fold(%1) {monoid=sum axes=[0]}",
        // it would grow
        "%1: f32[2] = constant() {value=[1.0,2.0]} %2: f32[9,2] = broadcast(%1) {axes=[1]}"
      })
  void whatAKernelMightDoOtherwiseIsNotFolded(String nodes) {
    String text = folded(nodes + " output \"y\" = %2");
    assertEquals(nodes.replace(" %2", "\n%2") + "\noutput \"y\" = %2", text);
  }

  @Test
  void constantsOfOneValueAreWrittenIntoTheFunction() {
    String nodes =
        "%1: f32[2,3,4] = constant() {value=2.0} %2: f32[2,3,4] = map(%1, %0)"
            + " {sub(exp($0:f32),$1:f32)} output \"y\" = %2";
    assertEquals(
        "%1: f32[2,3,4] = map(%0) {sub(exp(2.0),$0:f32)}\noutput \"y\" = %1", folded(nodes));
  }

  @Test
  void equalComputationsAreDoneOnce() {
    String nodes =
        "%1: f32[2,3,4] = map(%0) {exp($0:f32)} %2: f32[2,3,4] = map(%0) {exp($0:f32)}"
            + " %3: f32[2,3,4] = map(%1, %2) {add($0:f32,$1:f32)} output \"y\" = %3";
    assertEquals(
        "%1: f32[2,3,4] = map(%0) {exp($0:f32)}\n"
            + "%2: f32[2,3,4] = map(%1, %1) {add($0:f32,$1:f32)}\noutput \"y\" = %2",
        optimized(nodes, new CommonSubexpressions()));
  }

  /// A file of 200 KB could ask for hours of work at compile time.
  @Test
  void onlySoMuchIsComputedAtCompileTime() {
    var builder = new GraphBuilder("g");
    float[] ramp = new float[4096];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = i;
    }
    Value x = builder.constant(Literal.of(Shape.of(ramp.length), ramp));
    for (int i = 0; i < 5000; i++) {
      x = builder.map(ScalarFn.arg(0).plus(ScalarFn.f32(i % 7)), x);
    }
    builder.output("y", x);
    long left =
        new ConstantFolding()
            .apply(builder.build()).nodes().stream()
                .filter(node -> node.op() instanceof MapOp)
                .count();
    assertTrue(left > 3000 && left < 4000, () -> left + " maps are left to the kernels");
  }

  @Test
  void operationsOfOnesOwnAreNotMerged() {
    var builder = new GraphBuilder("g");
    var x = builder.input("x", TensorType.f32(2));
    builder.output("a", builder.add(new Draw(), List.of(x)).result());
    builder.output("b", builder.add(new Draw(), List.of(x)).result());
    assertEquals(3, new CommonSubexpressions().apply(builder.build()).nodes().size());
  }

  private record Draw() implements Custom {
    @Override
    public List<TensorType> infer(List<TensorType> operands) {
      return operands;
    }

    @Override
    public List<double[]> evaluate(List<double[]> operands, List<TensorType> operandTypes) {
      return operands;
    }

    @Override
    public void vjp(Vjp context) {}

    @Override
    public String name() {
      return "test.draw";
    }
  }

  @Test
  void deadCodeKeepsInputsParametersAndWhatIsStored() {
    String text =
        """
        graph "g" {
          %0: f32[2] = input() {label="unused"}
          %1: f32[2] = parameter() {label="unread"}
          %2: f32[2] = parameter() {label="w"}
          %3: f32[2] = map(%2) {neg($0:f32)}
          %4: f32[2] = map(%1) {exp($0:f32)}
          store %2 = %3
        }
        """;
    assertEquals(
        """
        graph "g" {
          %0: f32[2] = input() {label="unused"}
          %1: f32[2] = parameter() {label="unread"}
          %2: f32[2] = parameter() {label="w"}
          %3: f32[2] = map(%2) {neg($0:f32)}
          store %2 = %3
        }
        """,
        GraphPrinter.print(new DeadCode().apply(GraphParser.parse(text))));
  }

  @Test
  void simplifiedFunctionsHaveTheSameValues() {
    int[] specials = {
      0,
      0x80000000,
      1,
      0x7f800000,
      0xff800000,
      0x7fc00000,
      0xffc00000,
      0x3f800000,
      0xbf800000,
      0x00800000,
      0x7f7fffff
    };
    ScalarFn x = ScalarFn.arg(0);
    ScalarFn y = ScalarFn.arg(1);
    ScalarFn one = ScalarFn.f32(1);
    List<ScalarFn> functions =
        List.of(
            x.times(one).plus(ScalarFn.f32(-0.0)),
            ScalarFn.f32(-0.0).plus(x),
            x.minus(ScalarFn.f32(0)).over(one),
            ScalarFn.fma(x, one, y),
            ScalarFn.fma(one, x, y),
            x.negate().negate().times(y),
            x.lessThan(y).not().not().select(x, x));
    for (ScalarFn fn : functions) {
      ScalarFn simpler = ScalarRules.simplify(fn);
      assertTrue(simpler.toString().length() < fn.toString().length(), fn.toString());
      for (int a : specials) {
        for (int b : specials) {
          float expected = Float.intBitsToFloat(F32Evaluator.of(fn).evaluate(a, b));
          float actual = Float.intBitsToFloat(F32Evaluator.of(simpler).evaluate(a, b));
          assertEquals(expected, actual, fn.toString()); // NaN equals NaN, -0 is not 0
        }
      }
    }
    assertEquals(DType.F32, ScalarRules.simplify(functions.getFirst()).type());
  }
}
