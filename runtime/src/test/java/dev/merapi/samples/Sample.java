package dev.merapi.samples;

import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Op;
import dev.merapi.graph.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/// A graph of one operation, with operands bound to drawn elements.
///
/// @param graph inputs `x0`, `x1` ..., the operation, outputs `y0`, `y1` ...
/// @param bindings the elements of the inputs by label; floats are exact in `f32`
public record Sample(
    String name, Op op, Graph graph, Map<String, double[]> bindings, Set<Trait> traits) {
  /// What holds for a sample.
  public enum Trait {
    /// With all other operands fixed, the result is an affine function of each float operand.
    AFFINE,
    /// Somewhere between smooth pieces: a tie, a kink, NaN or an infinity. Not for differences.
    KINK,
    /// The operation has no gradient and says so.
    NO_GRADIENT,
    /// Its gradient has no gradient and says so.
    NO_SECOND_GRADIENT
  }

  public Sample {
    bindings = Map.copyOf(bindings);
    traits = Set.copyOf(traits);
  }

  /// A sample of an operation; the elements depend on nothing but the name.
  static Sample of(Op op, Set<Trait> traits, List<Feed> feeds) {
    var types = feeds.stream().map(feed -> feed.type().toString()).toList();
    String name = op + " of " + String.join(" ", types);
    var random = new Random(name.hashCode());
    var builder = new GraphBuilder(op.name()).at("sample");
    var operands = new ArrayList<Value>();
    var bindings = new LinkedHashMap<String, double[]>();
    for (Feed feed : feeds) {
      String label = "x" + operands.size();
      operands.add(builder.input(label, feed.type()));
      bindings.put(label, feed.draw(random));
    }
    List<Value> results = builder.add(op, operands).results();
    for (int i = 0; i < results.size(); i++) {
      builder.output("y" + i, results.get(i));
    }
    return new Sample(name, op, builder.build(), bindings, traits);
  }

  public boolean has(Trait trait) {
    return traits.contains(trait);
  }

  @Override
  public String toString() {
    return name;
  }
}
