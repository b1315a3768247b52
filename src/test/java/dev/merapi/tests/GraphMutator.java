package dev.merapi.tests;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Changes graphs in their text form by what they mean: sizes and attributes, operands, nodes taken
/// from other graphs. Declared types follow, so that many mutants are valid.
final class GraphMutator {
  private static final Pattern NODE =
      Pattern.compile("  %(\\d+): (\\S+) = ([a-z.]+)\\(([^)]*)\\)(.*)");
  private static final Pattern USE = Pattern.compile("%(\\d+)");
  private static final Pattern PRIMITIVE =
      Pattern.compile("\\b(add|sub|mul|min|max|div|neg|abs|exp|tanh|sqrt|log|sin|floor)\\(");
  private static final List<String> BINARY = List.of("add", "sub", "mul", "min", "max", "div");
  private static final List<String> UNARY =
      List.of("neg", "abs", "exp", "tanh", "sqrt", "log", "sin", "floor");
  private static final List<String> NUMBERS =
      List.of(
          "0",
          "1",
          "2",
          "3",
          "4",
          "5",
          "7",
          "8",
          "16",
          "17",
          "31",
          "64",
          "255",
          "1000",
          "-1",
          "65535",
          "65536",
          "1000000",
          "134217728",
          "268435456",
          "2147483647",
          "4294967296",
          "1099511627776",
          "9223372036854775807",
          "N");
  private static final int UNMENDED = 12;

  private final Random random;
  private final List<String> others;

  /// @param others graphs that nodes are taken from
  GraphMutator(Random random, List<String> others) {
    this.random = random;
    this.others = others;
  }

  /// A text that differs in one to three places.
  String mutant(String text) {
    String changed = text;
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      changed = changed(changed);
    }
    return random.nextInt(UNMENDED) == 0 ? changed : GraphTexts.mended(changed);
  }

  private <T> T any(List<T> items) {
    return items.get(random.nextInt(items.size()));
  }

  private String changed(String text) {
    return switch (random.nextInt(10)) {
      case 0, 1, 2 -> renumbered(text);
      case 3 -> exchanged(text);
      case 4 -> rewired(text);
      case 5 -> withoutNode(text);
      case 6, 7 -> withNode(text);
      case 8 -> otherWord(text);
      default -> withOutput(text);
    };
  }

  /// A number becomes another one or one of its neighbours; once, or wherever it stands.
  private String renumbered(String text) {
    List<MatchResult> numbers = GraphTexts.numbers(text);
    if (numbers.isEmpty()) {
      return text;
    }
    MatchResult chosen = any(numbers);
    String other =
        random.nextInt(3) == 0
            ? Long.toString(Long.parseLong(chosen.group()) + random.nextInt(-2, 3))
            : any(NUMBERS);
    List<MatchResult> all =
        random.nextBoolean()
            ? List.of(chosen)
            : numbers.stream().filter(each -> each.group().equals(chosen.group())).toList();
    return GraphTexts.with(text, all, all.stream().map(_ -> other).toList());
  }

  private String exchanged(String text) {
    List<MatchResult> numbers = GraphTexts.numbers(text);
    if (numbers.size() < 2) {
      return text;
    }
    MatchResult a = any(numbers);
    MatchResult b = any(numbers);
    return a.start() == b.start()
        ? text
        : GraphTexts.with(text, List.of(a, b), List.of(b.group(), a.group()));
  }

  private record Line(int index, String id, String type, String op, String operands, String rest) {}

  private static List<Line> nodes(List<String> lines) {
    var nodes = new ArrayList<Line>();
    for (int i = 0; i < lines.size(); i++) {
      Matcher node = NODE.matcher(lines.get(i));
      if (node.matches()) {
        nodes.add(
            new Line(i, node.group(1), node.group(2), node.group(3), node.group(4), node.group(5)));
      }
    }
    return nodes;
  }

  private static String joined(List<String> lines) {
    return String.join("\n", lines) + "\n";
  }

  private static String replaced(String operands, String id, String other) {
    return USE.matcher(operands)
        .replaceAll(use -> use.group(1).equals(id) ? "%" + other : use.group());
  }

  /// An operand becomes another value that is there by then, now and then one that is not.
  private String rewired(String text) {
    var lines = new ArrayList<>(text.lines().toList());
    List<Line> nodes = nodes(lines);
    List<Line> users = nodes.stream().filter(each -> !each.operands.isEmpty()).toList();
    if (users.isEmpty()) {
      return text;
    }
    Line user = any(users);
    int position = nodes.indexOf(user) + (random.nextInt(20) == 0 ? 1 : 0);
    List<Line> earlier = nodes.subList(0, Math.min(position, nodes.size()));
    List<MatchResult> uses = USE.matcher(user.operands).results().toList();
    if (earlier.isEmpty() || uses.isEmpty()) {
      return text;
    }
    MatchResult use = any(uses);
    String operands =
        user.operands.substring(0, use.start())
            + "%"
            + any(earlier).id
            + user.operands.substring(use.end());
    lines.set(user.index, line(user.id, user.type, user.op, operands, user.rest));
    return joined(lines);
  }

  private static String line(String id, String type, String op, String operands, String rest) {
    return "  %" + id + ": " + type + " = " + op + "(" + operands + ")" + rest;
  }

  /// A node goes; who used it uses another value.
  private String withoutNode(String text) {
    var lines = new ArrayList<>(text.lines().toList());
    List<Line> nodes = nodes(lines);
    if (nodes.size() < 2) {
      return text;
    }
    Line gone = any(nodes);
    Line instead = any(nodes);
    lines.remove(gone.index);
    return joined(
        lines.stream()
            .map(line -> line.startsWith("graph") ? line : replacedUses(line, gone.id, instead.id))
            .toList());
  }

  private static String replacedUses(String line, String id, String other) {
    int from = Math.max(0, line.indexOf(" = "));
    return line.substring(0, from) + replaced(line.substring(from), id, other);
  }

  /// A node of some graph is put in, reads values that are there, and is read by those behind it.
  private String withNode(String text) {
    var lines = new ArrayList<>(text.lines().toList());
    List<Line> nodes = nodes(lines);
    List<Line> offered = nodes(any(others).lines().toList());
    if (nodes.isEmpty() || offered.isEmpty()) {
      return text;
    }
    Line at = any(nodes);
    Line taken = any(offered);
    int there = nodes.indexOf(at);
    String operands =
        USE.matcher(taken.operands).replaceAll(_ -> "%" + nodes.get(random.nextInt(there + 1)).id);
    String id = Integer.toString(1000 + random.nextInt(1_000_000));
    String rest =
        taken.rest.replaceFirst("label=\"[^\"]*\"", "label=\"l" + random.nextInt(100) + "\"");
    for (int i = at.index + 1; i < lines.size(); i++) {
      if (random.nextBoolean()) {
        lines.set(i, replacedUses(lines.get(i), at.id, id));
      }
    }
    lines.add(at.index + 1, line(id, taken.type, taken.op, operands, rest));
    return joined(lines);
  }

  /// Another function, monoid, element type or kind of operation.
  private String otherWord(String text) {
    List<MatchResult> primitives = PRIMITIVE.matcher(text).results().toList();
    if (!primitives.isEmpty() && random.nextBoolean()) {
      MatchResult chosen = any(primitives);
      String other = any(BINARY.contains(chosen.group(1)) ? BINARY : UNARY);
      return text.substring(0, chosen.start(1)) + other + text.substring(chosen.end(1));
    }
    return switch (random.nextInt(6)) {
      case 0 -> text.replaceFirst("monoid=\\w+", "monoid=" + any(List.of("sum", "max", "min")));
      case 1 -> text.replaceFirst("f32\\[", any(List.of("i32[", "bool[")));
      case 2 ->
          text.replaceFirst(
              "conv\\.\\w+", any(List.of("conv.forward", "conv.data", "conv.filter")));
      case 3 ->
          text.replaceFirst(
              " (fold|argfold|window|windowgrad)\\(",
              " " + any(List.of("fold", "argfold", "window")) + "(");
      case 4 -> text.replaceFirst("label=\"[^\"]*\"", "label=\"y0\"");
      default ->
          text.replaceFirst(" (gather|scatter)\\(", " " + any(List.of("gather", "scatter")) + "(");
    };
  }

  /// Another value is an output, or stored.
  private String withOutput(String text) {
    List<Line> nodes = nodes(text.lines().toList());
    if (nodes.isEmpty()) {
      return text;
    }
    int end = text.lastIndexOf('}');
    String more =
        random.nextInt(8) == 0
            ? "  store %" + any(nodes).id + " = %" + any(nodes).id + "\n"
            : "  output \"o" + random.nextInt(100) + "\" = %" + any(nodes).id + "\n";
    return end < 0 ? text : text.substring(0, end) + more + text.substring(end);
  }
}
