package dev.merapi.graph;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads what [GraphPrinter] writes. The text is not trusted: sizes, depths and counts are limited,
/// types are inferred anew and compared with the declared ones, the result is verified.
public final class GraphParser {
  private static final int LONGEST = 1 << 24;
  private static final int MOST_NODES = 1 << 16;
  private static final int MOST_OUTPUTS = 1 << 12;
  private static final int MOST_OPERANDS = 1 << 12;
  private static final int HIGHEST_RANK = 32;

  /// Terms of the elements of all values: a product of sums has many, and takes its time wherever
  /// types are inferred. Those of a product of plain sizes do not count.
  private static final int MOST_TERMS = 1 << 16;

  /// No size has more terms, so that what exceeds this costs no more.
  private static final int MOST_TERMS_OF_A_VALUE = 64;

  private final TextCursor cursor;
  private final Map<Integer, Value> values = new HashMap<>();
  private int terms;
  private int outputs;

  private GraphParser(String text) {
    cursor = new TextCursor(text);
  }

  /// The graph that the text describes; its values are numbered from 0 in order.
  ///
  /// @throws MerapiException of kind `FORMAT` with line and column if the text is no graph, of kind
  ///   `UNSUPPORTED_OP` if it names an operation that is not known
  public static Graph parse(String text) {
    if (text.length() > LONGEST) {
      throw MerapiException.of(Kind.FORMAT, "graph text: too long")
          .with("characters", text.length())
          .with("limit", LONGEST);
    }
    return new GraphParser(text).graph();
  }

  private Graph graph() {
    cursor.expectWord("graph");
    var builder = new GraphBuilder(cursor.string());
    cursor.expect("{");
    while (cursor.sees("%")) {
      if (builder.nodes().size() == MOST_NODES) {
        throw cursor.error("too many nodes").with("limit", MOST_NODES);
      }
      node(builder);
    }
    while (!cursor.take("}")) {
      if (cursor.take("output ")) {
        String label = cursor.string();
        cursor.expect("=");
        output(builder, label, value());
      } else if (cursor.take("store ")) {
        Value parameter = value();
        cursor.expect("=");
        builder.store(parameter, value());
      } else {
        throw cursor.error("expected a node, an output, a store or '}'");
      }
    }
    if (!cursor.atEnd()) {
      throw cursor.error("something follows the graph");
    }
    Graph graph = builder.build();
    try {
      Verifier.verify(graph);
    } catch (MerapiException e) {
      throw MerapiException.of(Kind.FORMAT, "graph text: not a valid graph")
          .with("reason", e.getMessage())
          .causedBy(e);
    }
    return graph;
  }

  private void output(GraphBuilder builder, String label, Value value) {
    if (++outputs > MOST_OUTPUTS) {
      throw cursor.error("too many outputs").with("limit", MOST_OUTPUTS);
    }
    try {
      builder.output(label, value);
    } catch (MerapiException e) {
      throw cursor.error("not an output").with("reason", e.getMessage()).causedBy(e);
    }
  }

  private record Declared(int id, TensorType type) {}

  private void node(GraphBuilder builder) {
    var declared = new ArrayList<Declared>();
    do {
      cursor.expect("%");
      int id = (int) cursor.integer(0, Integer.MAX_VALUE);
      cursor.expect(":");
      declared.add(new Declared(id, type()));
    } while (cursor.take(",") && declared.size() < MOST_OPERANDS);
    cursor.expect("=");
    String name = cursor.word();
    List<Value> operands = operands();
    var attributes = new Attributes(cursor, declared.getFirst().type());
    try {
      boolean braces = cursor.take("{");
      Op op = OpText.read(name, attributes);
      if (braces) {
        cursor.expect("}");
      }
      builder.at(cursor.take("@") ? cursor.string() : "");
      operands.forEach(each -> countTerms(each.type()));
      declared.forEach(each -> countTerms(each.type()));
      define(declared, builder.add(op, operands).results());
    } catch (MerapiException e) {
      throw isPlaced(e) ? e : misfit(name, e);
    }
  }

  private void countTerms(TensorType type) {
    int product = 1;
    for (Dim dim : type.shape().dims()) {
      product = Math.min(product * Math.max(1, dim.terms()), MOST_TERMS_OF_A_VALUE);
    }
    terms += product - 1;
    if (terms > MOST_TERMS) {
      throw cursor.error("sizes have too many terms").with("limit", MOST_TERMS);
    }
  }

  /// Whether an exception is the cursor's own, with line and column.
  private static boolean isPlaced(MerapiException e) {
    return e.place().startsWith("line ");
  }

  private MerapiException misfit(String name, MerapiException e) {
    return cursor
        .error("the node does not fit")
        .with("operation", name)
        .with("reason", e.getMessage())
        .causedBy(e);
  }

  private void define(List<Declared> declared, List<Value> results) {
    var types = declared.stream().map(Declared::type).toList();
    var inferred = results.stream().map(Value::type).toList();
    if (!types.equals(inferred)) {
      throw cursor
          .error("declared types differ from the inferred ones")
          .with("declared", types)
          .with("inferred", inferred);
    }
    for (int i = 0; i < results.size(); i++) {
      if (values.put(declared.get(i).id(), results.get(i)) != null) {
        throw cursor.error("a value is defined twice").with("value", "%" + declared.get(i).id());
      }
    }
  }

  private List<Value> operands() {
    var operands = new ArrayList<Value>();
    cursor.expect("(");
    while (!cursor.take(")")) {
      if (!operands.isEmpty()) {
        cursor.expect(",");
      }
      if (operands.size() == MOST_OPERANDS) {
        throw cursor.error("too many operands").with("limit", MOST_OPERANDS);
      }
      operands.add(value());
    }
    return operands;
  }

  private Value value() {
    cursor.expect("%");
    int id = (int) cursor.integer(0, Integer.MAX_VALUE);
    Value value = values.get(id);
    if (value == null) {
      throw cursor
          .error("a value is used before it is defined")
          .with("value", "%" + id)
          .hint("nodes stand in the order in which they are computed");
    }
    return value;
  }

  private TensorType type() {
    return type(cursor);
  }

  /// A type in its text form.
  static TensorType type(TextCursor cursor) {
    DType dtype = ScalarParser.type(cursor);
    var dims = new ArrayList<Dim>();
    cursor.expect("[");
    while (!cursor.take("]")) {
      if (!dims.isEmpty()) {
        cursor.expect(",");
      }
      if (dims.size() == HIGHEST_RANK) {
        throw cursor.error("too many axes").with("limit", HIGHEST_RANK);
      }
      dims.add(cursor.dim());
    }
    try {
      return new TensorType(dtype, new Shape(dims));
    } catch (MerapiException e) {
      throw cursor.error("not a shape").with("reason", e.getMessage()).causedBy(e);
    }
  }
}
