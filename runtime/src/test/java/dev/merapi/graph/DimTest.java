package dev.merapi.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DimTest {
  private static final Dim N = Dim.symbol("N");
  private static final Dim M = Dim.symbol("M");

  /// An expression, and its value for the sizes that [#SIZES] binds.
  private record Pair(Dim dim, long value) {}

  private static final Map<String, Long> SIZES = Map.of("N", 7L, "M", 12L, "K", 3L);

  private static Pair draw(Random random, int depth) {
    if (depth == 0 || random.nextInt(5) == 0) {
      long number = random.nextInt(1, 10);
      String name = List.of("N", "M", "K").get(random.nextInt(3));
      return random.nextBoolean()
          ? new Pair(Dim.of(number), number)
          : new Pair(Dim.symbol(name), SIZES.get(name));
    }
    Pair a = draw(random, depth - 1);
    Pair b = draw(random, depth - 1);
    boolean divides = b.value > 0 && !b.dim.equals(Dim.of(0));
    return switch (random.nextInt(divides ? 8 : 5)) {
      case 0 -> new Pair(a.dim.plus(b.dim), a.value + b.value);
      case 1 -> new Pair(a.dim.minus(b.dim), a.value - b.value);
      case 2 -> new Pair(a.dim.times(b.dim), a.value * b.value);
      case 3 -> new Pair(a.dim.min(b.dim), Math.min(a.value, b.value));
      case 4 -> new Pair(a.dim.max(b.dim), Math.max(a.value, b.value));
      case 5 -> new Pair(a.dim.floorDiv(b.dim), Math.floorDiv(a.value, b.value));
      case 6 -> new Pair(a.dim.ceilDiv(b.dim), Math.ceilDiv(a.value, b.value));
      default -> new Pair(a.dim.mod(b.dim), Math.floorMod(a.value, b.value));
    };
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void randomExpressionsKeepTheirValue(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      Pair pair = draw(random, 4);
      String message = "seed " + seed + ": " + pair.dim;
      assertEquals(Dim.of(pair.value), pair.dim.bind(SIZES), message);
      assertEquals(pair.dim, Dim.parse(pair.dim.toString()), message);
      Dim partly = pair.dim.bind(Map.of("N", 7L));
      assertEquals(Dim.of(pair.value), partly.bind(SIZES), message);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14})
  void sumsAndProductsAreCanonical(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      Dim a = draw(random, 2).dim;
      Dim b = draw(random, 2).dim;
      Dim c = draw(random, 2).dim;
      assertEquals(a.plus(b), b.plus(a));
      assertEquals(a.times(b), b.times(a));
      assertEquals(a.plus(b).plus(c), a.plus(b.plus(c)));
      assertEquals(a.times(b).times(c), a.times(b.times(c)));
      assertEquals(a.times(b.plus(c)), a.times(b).plus(a.times(c)));
      assertEquals(Dim.of(0), a.minus(a));
      assertEquals(a.plus(b).hashCode(), b.plus(a).hashCode());
    }
  }

  @Test
  void isWrittenAsASum() {
    assertEquals("3*N", N.plus(N.times(Dim.of(2))).toString());
    assertEquals("2*M*N+N+-1", N.times(M).times(Dim.of(2)).plus(N).plus(-1).toString());
    assertEquals("floordiv(N+-1,2)+1", N.plus(-1).floorDiv(Dim.of(2)).plus(1).toString());
    assertEquals("0", N.minus(N).toString());
  }

  @Test
  void dividesWhatIsAMultiple() {
    assertEquals(N.times(Dim.of(3)), N.times(Dim.of(6)).floorDiv(Dim.of(2)));
    assertEquals(N.times(Dim.of(3)), N.times(Dim.of(6)).ceilDiv(Dim.of(2)));
    assertEquals(Dim.of(0), N.times(Dim.of(6)).mod(Dim.of(3)));
    assertEquals(Dim.of(1), N.floorDiv(N));
    assertEquals(Dim.of(64), N.times(Dim.of(64)).floorDiv(N));
    assertEquals(M.times(Dim.of(3)), N.times(M).times(Dim.of(6)).ceilDiv(N.times(Dim.of(2))));
    assertEquals(Dim.of(0), N.times(M).times(Dim.of(6)).mod(M.times(Dim.of(3))));
    assertEquals("floordiv(4*N+1,N)", N.times(Dim.of(4)).plus(1).floorDiv(N).toString());
    assertEquals("floordiv(M,N)", M.floorDiv(N).toString());
    assertEquals(Dim.of(-2), Dim.of(-3).floorDiv(Dim.of(2)));
  }

  @Test
  void knowsItsSymbols() {
    assertEquals(Set.of("M", "N"), M.floorDiv(Dim.of(2)).times(N).symbols());
    assertTrue(M.minus(M).isConstant());
    assertFalse(M.isConstant());
  }

  @Test
  void valueOfASymbolSaysHowToBindIt() {
    var e = assertThrows(MerapiException.class, () -> N.plus(1).value());
    assertSame(Kind.UNBOUND_SIZE, e.kind());
    assertEquals(
        "size is not bound: size=N+1; hint: bind it: CompileOptions.cpu().size(\"N\", n)",
        e.getMessage());
  }

  @Test
  void overflowIsAnError() {
    Dim large = Dim.of(Long.MAX_VALUE);
    assertSame(Kind.SHAPE, thrown(() -> large.plus(1)).kind());
    assertSame(Kind.SHAPE, thrown(() -> large.times(Dim.of(2))).kind());
    assertSame(Kind.SHAPE, thrown(() -> N.times(large).bind(Map.of("N", 2L))).kind());
    assertSame(Kind.SHAPE, thrown(() -> Dim.of(1).floorDiv(Dim.of(0))).kind());
    assertSame(Kind.SHAPE, thrown(() -> N.floorDiv(M.minus(M))).kind());
    assertSame(Kind.SHAPE, thrown(() -> Dim.of(5).floorDiv(N).bind(Map.of("N", 0L))).kind());
  }

  @Test
  void productsOfSumsCannotExplode() {
    Dim sum = Dim.of(1);
    for (char c = 'A'; c <= 'H'; c++) {
      sum = sum.plus(Dim.symbol(String.valueOf(c)));
    }
    Dim nine = sum;
    assertSame(Kind.SHAPE, thrown(() -> nine.times(nine).times(nine).times(nine)).kind());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "+",
        "N+",
        "2*",
        "(N)",
        "N M",
        "-",
        "-N",
        "1a",
        "foo(N,2)",
        "min(N)",
        "min(N,2",
        "min(N,2,3)",
        "99999999999999999999",
        "N-1",
        "é",
        "floordiv(1,0)"
      })
  void whatIsNoSizeIsAnError(String text) {
    Kind kind = thrown(() -> Dim.parse(text)).kind();
    assertTrue(kind == Kind.FORMAT || kind == Kind.SHAPE, text + ": " + kind);
  }

  @Test
  void deepNestingIsAnError() {
    String text = "min(N,".repeat(1000) + "1" + ")".repeat(1000);
    assertSame(Kind.FORMAT, thrown(() -> Dim.parse(text)).kind());
  }

  private static MerapiException thrown(Runnable code) {
    return assertThrows(MerapiException.class, code::run);
  }
}
