package dev.merapi;

import dev.merapi.MerapiException.Kind;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Which parameters take their numbers from a file of tensors, and what happens where both do not
/// fit: for [Model#loadWeights(java.nio.file.Path, WeightOptions)].
///
/// ```java
/// // a backbone that was trained elsewhere, under another prefix, with a head for other classes
/// var loaded = model.loadWeights(file, WeightOptions.strict().without("fc.*").stripPrefix("module."));
/// ```
///
/// Immutable: each option gives a changed copy.
public final class WeightOptions {
  /// What is done about parameters and tensors that have no partner.
  enum Rule {
    STRICT,
    LENIENT
  }

  private final Rule rule;
  private final List<NamePattern> only;
  private final List<NamePattern> without;
  private final UnaryOperator<String> names;

  private WeightOptions(
      Rule rule, List<NamePattern> only, List<NamePattern> without, UnaryOperator<String> names) {
    this.rule = rule;
    this.only = only;
    this.without = without;
    this.names = names;
  }

  /// Every parameter must be in the file with its shape, and nothing else; otherwise nothing is
  /// copied.
  public static WeightOptions strict() {
    return new WeightOptions(Rule.STRICT, List.of(), List.of(), UnaryOperator.identity());
  }

  /// What fits is copied; the rest keeps its numbers and is reported: [LoadedWeights].
  public static WeightOptions lenient() {
    return new WeightOptions(Rule.LENIENT, List.of(), List.of(), UnaryOperator.identity());
  }

  /// Takes only parameters whose full names match one of the patterns, such as `conv1.*`; see
  /// [NamePattern]. Tensors of others are passed over.
  public WeightOptions only(String... patterns) {
    return new WeightOptions(rule, joined(only, patterns), without, names);
  }

  /// Takes no parameters whose full names match one of the patterns. Tensors of those are passed
  /// over.
  public WeightOptions without(String... patterns) {
    return new WeightOptions(rule, only, joined(without, patterns), names);
  }

  private static List<NamePattern> joined(List<NamePattern> patterns, String... more) {
    return Stream.concat(patterns.stream(), NamePattern.all(more).stream()).toList();
  }

  /// Changes the names of the file's tensors, after those changes that were given before.
  public WeightOptions rename(UnaryOperator<String> change) {
    return new WeightOptions(rule, only, without, name -> change.apply(names.apply(name)));
  }

  /// Takes a prefix off the names of the file's tensors, where they have it, such as `module.`.
  public WeightOptions stripPrefix(String prefix) {
    return rename(name -> name.startsWith(prefix) ? name.substring(prefix.length()) : name);
  }

  boolean isLenient() {
    return rule == Rule.LENIENT;
  }

  /// What a tensor of that name is called here.
  String renamed(String name) {
    return names.apply(name);
  }

  /// The parameters that are to be loaded.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if a pattern matches none
  Set<String> selected(Set<String> parameters) {
    var selected = new LinkedHashSet<String>();
    only.forEach(pattern -> selected.addAll(pattern.select("loadWeights", parameters)));
    if (only.isEmpty()) {
      selected.addAll(parameters);
    }
    without.forEach(pattern -> selected.removeAll(pattern.select("loadWeights", parameters)));
    if (selected.isEmpty() && !parameters.isEmpty()) {
      throw MerapiException.of(Kind.ARGUMENT, "loadWeights: the patterns leave no parameter")
          .with("only", only)
          .with("without", without);
    }
    return selected;
  }
}
