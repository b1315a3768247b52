package dev.merapi.optim;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.NamePattern;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Different optimizers for parts of a network:
///
/// ```java
/// groups(adamW(1e-3), group("features.*", adamW(1e-4)), group("*.bias", adamW(1e-3).weightDecay(0)))
/// ```
///
/// A parameter belongs to the first group whose pattern matches its name, and to the base if none
/// does. The step's learning rate is the base's; the others' keep their ratio to it, so that a
/// schedule scales all of them.
///
/// @param base for all that are in no group
public record Groups(Optimizer base, List<Group> groups) implements Optimizer {
  /// The parameters whose names match.
  public record Group(NamePattern pattern, Optimizer optimizer) {}

  /// A rule, and what the learning rate is multiplied by for it.
  private record Scaled(Rule rule, double factor) {}

  public Groups {
    groups = List.copyOf(groups);
    if (base.learningRate() == 0) {
      throw MerapiException.of(Kind.ARGUMENT, "groups: the base's learning rate is 0")
          .with("base", base)
          .hint("freeze the parameters that should not change");
    }
  }

  /// A base for all parameters, and other optimizers for some.
  public static Groups groups(Optimizer base, Group... groups) {
    return new Groups(base, List.of(groups));
  }

  /// An optimizer for the parameters whose full names match a [NamePattern].
  public static Group group(String pattern, Optimizer optimizer) {
    return new Group(new NamePattern(pattern), optimizer);
  }

  @Override
  public double learningRate() {
    return base.learningRate();
  }

  /// @throws MerapiException of kind `ARGUMENT` if a pattern matches no trained parameter
  @Override
  public Rule begin(Scope shared) {
    Map<String, Scaled> rules = new HashMap<>();
    for (Group group : groups) {
      double factor = group.optimizer.learningRate() / base.learningRate();
      // no module has a name with this character: it is nobody else's state
      Scope part = shared.part("group-" + groups.indexOf(group)).scaled(factor);
      var scaled = new Scaled(group.optimizer.begin(part), factor);
      group
          .pattern
          .select("group", shared.parameters())
          .forEach(name -> rules.putIfAbsent(name, scaled));
    }
    var others = new Scaled(base.begin(shared), 1);
    return (parameter, gradient, own) -> {
      Scaled chosen = rules.getOrDefault(own.parameters().getFirst(), others);
      return chosen.rule.next(parameter, gradient, own.scaled(chosen.factor));
    };
  }
}
