package dev.merapi.graph;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// A size: a constant or an expression over named symbols, kept as a canonical polynomial.
///
/// A `Dim` is a constant and a sum of terms, each an integer coefficient times a sorted product of
/// [Atom]s. Two equal polynomials are equal objects (`equals`), so `2*N + N` is `3*N`. Divisions,
/// remainders, minima and maxima that cannot be resolved are atoms of their own.
///
/// Most sizes are constants, and a file may have millions of them: they hold the number alone.
public final class Dim {
  /// What a product is made of: a symbol, or an operation that is not polynomial.
  sealed interface Atom permits Symbol, Quasi {}

  record Symbol(String name) implements Atom {
    @Override
    public String toString() {
      return name;
    }
  }

  record Quasi(Operator operator, Dim left, Dim right) implements Atom {
    @Override
    public String toString() {
      return operator.text + "(" + left + "," + right + ")";
    }
  }

  /// The operations that are kept as atoms while an operand is symbolic.
  enum Operator {
    FLOOR_DIV("floordiv") {
      @Override
      long apply(long a, long b) {
        return Math.floorDiv(a, b);
      }
    },
    CEIL_DIV("ceildiv") {
      @Override
      long apply(long a, long b) {
        return Math.ceilDiv(a, b);
      }
    },
    MOD("mod") {
      @Override
      long apply(long a, long b) {
        return Math.floorMod(a, b);
      }
    },
    MIN("min") {
      @Override
      long apply(long a, long b) {
        return Math.min(a, b);
      }
    },
    MAX("max") {
      @Override
      long apply(long a, long b) {
        return Math.max(a, b);
      }
    };

    final String text;

    Operator(String text) {
      this.text = text;
    }

    abstract long apply(long a, long b);
  }

  /// More terms than any model has: a product of sums in a file cannot grow without bounds.
  private static final int MAX_TERMS = 64;

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private static final TreeMap<Monomial, Long> NO_TERMS = new TreeMap<>();

  /// The sizes that are met all the time.
  private static final List<Dim> SMALL = small();

  private static List<Dim> small() {
    var small = new Dim[256];
    for (int i = 0; i < small.length; i++) {
      small[i] = new Dim(i, NO_TERMS);
    }
    return List.of(small);
  }

  private final long constant;

  /// Coefficients by product, never zero; not changed once they are here.
  private final TreeMap<Monomial, Long> terms;

  /// The canonical text of what is not constant.
  private final String text;

  private Dim(long constant, TreeMap<Monomial, Long> terms) {
    this.constant = constant;
    this.terms = terms;
    text = terms.isEmpty() ? "" : text(constant, terms);
  }

  /// A constant size.
  public static Dim of(long value) {
    return value >= 0 && value < SMALL.size() ? SMALL.get((int) value) : new Dim(value, NO_TERMS);
  }

  /// A named size, bound when the model is compiled.
  ///
  /// @param name a Java identifier
  public static Dim symbol(String name) {
    if (!NAME.matcher(name).matches()) {
      throw MerapiException.of(Kind.ARGUMENT, "dim: not a name")
          .with("name", name)
          .hint("use letters, digits and '_', such as \"N\"");
    }
    return atom(new Symbol(name));
  }

  private static Dim atom(Atom atom) {
    var terms = new TreeMap<Monomial, Long>();
    terms.put(Monomial.of(List.of(atom)), 1L);
    return new Dim(0, terms);
  }

  private static Dim of(long constant, TreeMap<Monomial, Long> terms) {
    if (terms.size() > MAX_TERMS) {
      throw MerapiException.of(Kind.SHAPE, "dim: too many terms").with("limit", MAX_TERMS);
    }
    return terms.isEmpty() ? of(constant) : new Dim(constant, terms);
  }

  /// The sum of both.
  public Dim plus(Dim other) {
    if (other.isConstant()) {
      return plus(other.constant);
    }
    var sum = new TreeMap<>(terms);
    other.terms.forEach((product, factor) -> addTerm(sum, product, factor));
    return of(add(constant, other.constant), sum);
  }

  /// The sum of this and a constant.
  public Dim plus(long other) {
    return other == 0 ? this : of(add(constant, other), terms);
  }

  /// The difference of both.
  public Dim minus(Dim other) {
    return plus(other.times(of(-1)));
  }

  /// The product of both.
  public Dim times(Dim other) {
    if (isConstant() || other.isConstant()) {
      return isConstant() ? other.times(constant) : times(other.constant);
    }
    var product = new TreeMap<Monomial, Long>();
    terms.forEach((left, a) ->
        other.terms.forEach((right, b) -> addTerm(product, left.times(right), multiply(a, b))));
    terms.forEach((left, a) -> addTerm(product, left, multiply(a, other.constant)));
    other.terms.forEach((right, b) -> addTerm(product, right, multiply(constant, b)));
    return of(multiply(constant, other.constant), product);
  }

  private Dim times(long factor) {
    if (factor == 1) {
      return this;
    }
    if (factor == 0) {
      return of(0);
    }
    var product = new TreeMap<>(terms);
    product.replaceAll((_, each) -> multiply(each, factor));
    return of(multiply(constant, factor), product);
  }

  private static void addTerm(TreeMap<Monomial, Long> terms, Monomial product, long factor) {
    if (factor != 0 && terms.merge(product, factor, Dim::add) == 0) {
      terms.remove(product);
    }
    if (terms.size() > MAX_TERMS) {
      throw MerapiException.of(Kind.SHAPE, "dim: too many terms").with("limit", MAX_TERMS);
    }
  }

  private static long add(long a, long b) {
    try {
      return Math.addExact(a, b);
    } catch (ArithmeticException _) {
      throw overflow();
    }
  }

  private static long multiply(long a, long b) {
    try {
      return Math.multiplyExact(a, b);
    } catch (ArithmeticException _) {
      throw overflow();
    }
  }

  private static MerapiException overflow() {
    return MerapiException.of(Kind.SHAPE, "dim: size overflows 63 bits");
  }

  /// The quotient, rounded down. It is worked out where the divisor is one term that every term of
  /// this is a multiple of: `64*N` by `N` is 64.
  public Dim floorDiv(Dim divisor) {
    return divide(Operator.FLOOR_DIV, divisor);
  }

  /// The quotient, rounded up.
  public Dim ceilDiv(Dim divisor) {
    return divide(Operator.CEIL_DIV, divisor);
  }

  /// The remainder, never negative for a positive divisor.
  public Dim mod(Dim divisor) {
    return quotient(divisor).isPresent() ? of(0) : combine(Operator.MOD, divisor);
  }

  /// The smaller of both.
  public Dim min(Dim other) {
    return equals(other) ? this : combine(Operator.MIN, other);
  }

  /// The larger of both.
  public Dim max(Dim other) {
    return equals(other) ? this : combine(Operator.MAX, other);
  }

  private Dim divide(Operator operator, Dim divisor) {
    return quotient(divisor)
        .orElseGet(() -> equals(divisor) && !isConstant() ? of(1) : combine(operator, divisor));
  }

  /// The quotient by a constant or a single term, where nothing remains whatever the symbols are.
  private Optional<Dim> quotient(Dim divisor) {
    boolean single = divisor.constant == 0 && divisor.terms.size() == 1;
    long factor = single ? divisor.terms.firstEntry().getValue() : divisor.constant;
    if (!single && !divisor.isConstant()
        || factor == 0
        || constant % factor != 0
        || single && constant != 0) {
      return Optional.empty();
    }
    long rest = constant / factor;
    var quotient = new TreeMap<Monomial, Long>();
    for (var term : terms.entrySet()) {
      var atoms = new ArrayList<>(term.getKey().atoms());
      boolean divides = term.getValue() % factor == 0;
      for (Atom atom : single ? divisor.terms.firstKey().atoms() : List.<Atom>of()) {
        divides &= atoms.remove(atom);
      }
      if (!divides) {
        return Optional.empty();
      }
      if (atoms.isEmpty()) {
        rest = term.getValue() / factor;
      } else {
        quotient.put(Monomial.of(atoms), term.getValue() / factor);
      }
    }
    return Optional.of(of(rest, quotient));
  }

  private Dim combine(Operator operator, Dim other) {
    boolean divides = operator != Operator.MIN && operator != Operator.MAX;
    if (divides && other.equals(of(0))) {
      throw MerapiException.of(Kind.SHAPE, "dim: division by zero").with("dividend", this);
    }
    if (!isConstant() || !other.isConstant()) {
      return atom(new Quasi(operator, this, other));
    }
    return of(operator.apply(value(), other.value()));
  }

  /// The number of its terms.
  int terms() {
    return terms.size() + (constant == 0 ? 0 : 1);
  }

  /// Whether no symbol is left.
  public boolean isConstant() {
    return terms.isEmpty();
  }

  /// The number, if this is a constant.
  ///
  /// @throws MerapiException of kind `UNBOUND_SIZE` if a symbol is left
  public long value() {
    if (!isConstant()) {
      throw MerapiException.of(Kind.UNBOUND_SIZE, "size is not bound")
          .with("size", this)
          .hint("bind it: CompileOptions.cpu().size(\"" + symbols().iterator().next() + "\", n)");
    }
    return constant;
  }

  /// The names used, sorted.
  public Set<String> symbols() {
    var names = new TreeSet<String>();
    for (Monomial product : terms.keySet()) {
      for (Atom atom : product.atoms()) {
        switch (atom) {
          case Symbol(String name) -> names.add(name);
          case Quasi(_, Dim left, Dim right) -> {
            names.addAll(left.symbols());
            names.addAll(right.symbols());
          }
        }
      }
    }
    return names;
  }

  /// This size with the given symbols replaced by numbers; others stay.
  public Dim bind(Map<String, Long> sizes) {
    Dim sum = of(constant);
    for (var term : terms.entrySet()) {
      Dim product = of(term.getValue());
      for (Atom atom : term.getKey().atoms()) {
        product = product.times(bind(atom, sizes));
      }
      sum = sum.plus(product);
    }
    return sum;
  }

  private static Dim bind(Atom atom, Map<String, Long> sizes) {
    return switch (atom) {
      case Symbol(String name) -> {
        Long size = sizes.get(name);
        yield size == null ? atom(atom) : of(size);
      }
      case Quasi(Operator operator, Dim left, Dim right) -> {
        Dim a = left.bind(sizes);
        Dim b = right.bind(sizes);
        yield switch (operator) {
          case FLOOR_DIV -> a.floorDiv(b);
          case CEIL_DIV -> a.ceilDiv(b);
          case MOD -> a.mod(b);
          case MIN -> a.min(b);
          case MAX -> a.max(b);
        };
      }
    };
  }

  /// Reads the text form, such as `2*N+1` or `floordiv(N+-1,2)+1`.
  ///
  /// @throws MerapiException of kind `FORMAT` if the text is not a size
  public static Dim parse(String text) {
    return new DimParser(text).parse();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Dim dim && constant == dim.constant && text.equals(dim.text);
  }

  @Override
  public int hashCode() {
    return 31 * text.hashCode() + Long.hashCode(constant);
  }

  /// The canonical text: terms by name, the constant last.
  @Override
  public String toString() {
    return terms.isEmpty() ? Long.toString(constant) : text;
  }

  private static String text(long constant, TreeMap<Monomial, Long> terms) {
    var text = new StringBuilder();
    terms.forEach((product, factor) -> {
      text.append(text.isEmpty() ? "" : "+");
      text.append(factor == 1 ? "" : factor + "*").append(product);
    });
    return text.append(constant == 0 ? "" : "+" + constant).toString();
  }
}
